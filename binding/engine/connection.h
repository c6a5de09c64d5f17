// Connection: one open database connection: its ConnectionState, the databases it has open, and its
// statements.
//
// It opens and attaches files and reads the rows of their schema tables; SQL, names and messages of the
// compiler's are not its business. One thread at a time. Destroying it rolls back what is open; statements go
// first.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "engine/schema_index.h"
#include "engine/statement.h"
#include "vdbe/connection_state.h"

namespace ringlite {

struct ConnectionOptions {
  bool is_readonly = false;
  bool must_exist = false;
  /** Names that begin with "file:" are URIs, also in ATTACH and VACUUM INTO. */
  bool uses_uris = false;
  /** How long to wait for locks. */
  int32_t timeout_ms = 5000;
  /** What to open as the main database instead of a file by its name. */
  std::optional<DescriptorPair> descriptors;
};

/** Receives rows in rowid order. */
using SchemaVisitor = void (*)(void* context, const SchemaRow& row);

class Connection {
 public:
  /** Opens `file` (":memory:" and "" as in SQLite), or the descriptors, as the main database.
   * SQLITE_CANTOPEN*, SQLITE_NOMEM; what is wrong with a URI stands in `message`. */
  static Status open(Io& io, const std::string& file, const ConnectionOptions& options,
                     std::unique_ptr<Connection>* out, String* message = nullptr);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  ConnectionState& state() { return *state_; }
  /** Index of a database by name, ignoring ASCII case; -1 when there is none. */
  int find_database(std::string_view name) const;

  /** Loads a program image and makes a statement of it. SQLITE_INTERNAL for a malformed image, SQLITE_NOMEM.
   */
  Status load(const uint8_t* image, size_t size, std::unique_ptr<Statement>* out);

  /** Reads a database's schema table in a read transaction of its own, or in the one that is open, unless
     another connection has read the same. The encoding of main becomes the connection's. SQLITE_ERROR
     "unsupported file format". */
  Status read_schema(size_t database, std::shared_ptr<const SchemaIndex>* out);
  /** Reads only the rows that this connection has written since the session last read the schema, rows that
     are gone included.
      `*are_enough` is false, and no row is visited, when others may have changed the schema as well. */
  Status read_schema_changes(size_t database, SchemaHeader* header, SchemaVisitor visitor, void* context,
                             bool* are_enough);
  /** Sets `filled[i]` when the tree at `roots[i]` has entries, or is damaged; numbers below 1 are of no tree.
   */
  Status find_filled_trees(size_t database, const std::vector<int64_t>& roots, std::vector<bool>* filled);
  /** The schema cookie as it is now. */
  Status read_cookie(size_t database, uint32_t* cookie);

  /** Makes the content of a database file the main database, in memory. Only right after open(":memory:").
     Content that is no database is found out on first use. */
  Status deserialize(const uint8_t* image, size_t size);
  /** The file of a database as its bytes, uncommitted changes included. SQLITE_NOTFOUND when there is no such
   * name. */
  Status serialize(std::string_view name, Buffer* image);

 private:
  explicit Connection(Io& io) : io_(io) {}

  Status open_database(std::string_view file, const ConnectionOptions& options, Database* database,
                       String* message);
  Status read_schema_header(size_t database, Btree& btree, SchemaHeader* header);
  Status visit_rows(Btree& btree, const SchemaHeader& header, std::span<const int64_t> rowids,
                    SchemaVisitor visitor, void* context);
  Status attach(std::string_view file, std::string_view name, String* message);
  Status detach(std::string_view name, String* message);
  Status open_output(std::string_view file, std::unique_ptr<Btree>* btree, String* message);
  Status check_attached(Database& database, std::string_view file, String* message);
  static Status attach_hook(void* context, std::string_view file, std::string_view name, String* message);
  static Status detach_hook(void* context, std::string_view name, String* message);
  static Status open_output_hook(void* context, std::string_view file, std::unique_ptr<Btree>* btree,
                                 String* message);

  /** The file may differ from any that had this name: the catalog of earlier ones is no good. */
  void count_schema_change(Database* database);

  /** Files by descriptor are used by who opened them with these, and by nobody else. */
  bool is_reserved_name(std::string_view file) const;

  Io& io_;
  ConnectionOptions options_;
  /** Under which the file system knows the main database when it was opened by descriptors. */
  std::string adopted_name_;
  uint64_t attached_count_ = 0;
  std::unique_ptr<ConnectionState> state_;
};

}  // namespace ringlite
