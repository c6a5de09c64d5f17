#include "vdbe/connection_state.h"

#include <ctime>

#include "pager/pager.h"
#include "vdbe/virtual_table.h"

namespace ringlite {

namespace {

constexpr int64_t kJulianEpochOfUnix_ms = 210866760000000;
/** Pauses between attempts to get a lock, in ms, as SQLite's default busy handler makes them; the last one
 * repeats. */
constexpr int kBusyDelays_ms[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
constexpr int kBusyDelayCount = sizeof kBusyDelays_ms / sizeof kBusyDelays_ms[0];

int64_t julian_now_ms(void* source) {
  return static_cast<ConnectionState*>(source)->io.clock().now_ms() + kJulianEpochOfUnix_ms;
}

void random_bytes(void* source, void* bytes, size_t size) {
  static_cast<ConnectionState*>(source)->io.random().fill(bytes, size);
}

bool local_time(void*, int64_t unix_seconds, LocalTime* time) {
  const time_t seconds = static_cast<time_t>(unix_seconds);
  struct tm parts;
  if (!localtime_r(&seconds, &parts)) return false;
  *time = {parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec};
  return true;
}

bool is_patient(void* context) {
  return static_cast<ConnectionState*>(context)->value(Setting::kBusyTimeout) > 0;
}

/** In a queue the clock says when the timeout is over; sleeps are those of SQLite, which add up to it. */
bool wait_for_lock(void* context, int attempts, Pager* pager) {
  auto& connection = *static_cast<ConnectionState*>(context);
  const int64_t timeout_ms = connection.value(Setting::kBusyTimeout);
  if (timeout_ms <= 0) return false;
  const int64_t now_ns = connection.io.clock().monotonic_ns();
  if (attempts == 0) connection.waiting_since_ns = now_ns;
  if (pager) {
    const int64_t left_ns = timeout_ms * 1'000'000 - (now_ns - connection.waiting_since_ns);
    if (left_ns > 0) pager->wait_for_writer(left_ns);
    return left_ns > 0;
  }
  int64_t waited_ms = 0;
  for (int i = 0; i < attempts && i < kBusyDelayCount; i++) waited_ms += kBusyDelays_ms[i];
  if (attempts > kBusyDelayCount)
    waited_ms += int64_t{kBusyDelays_ms[kBusyDelayCount - 1]} * (attempts - kBusyDelayCount);
  int64_t delay_ms = kBusyDelays_ms[attempts < kBusyDelayCount ? attempts : kBusyDelayCount - 1];
  if (waited_ms + delay_ms > timeout_ms) delay_ms = timeout_ms - waited_ms;
  if (delay_ms <= 0) return false;
  connection.io.clock().sleep_ms(delay_ms);
  return true;
}

}  // namespace

ConnectionState::ConnectionState(Io& io) : io(io) {
  for (const char* name : {"main", "temp"}) {
    databases.push_back(Database());
    databases[databases.size() - 1].name = String::literal(name);
  }
  databases[1].synchronous = 0;
  databases[1].is_synchronous_set = true;
  functions.source = this;
  functions.julian_now_ms = julian_now_ms;
  functions.random_bytes = random_bytes;
  functions.local_time = local_time;
  functions.changes = &changes;
  functions.total_changes = &total_changes;
  functions.last_insert_rowid = &last_insert_rowid;
  functions.limits = &function_limits;
  set_value(Setting::kAutomaticIndex, 1);
  set_value(Setting::kForeignKeys, 1);
  set_value(Setting::kShortColumnNames, 1);
  set_value(Setting::kTrustedSchema, 1);
  set_value(Setting::kWalAutocheckpoint, 1000);
  for (const VirtualTableModule* module : {generate_series_module(), json_each_module(), json_tree_module(),
                                           jsonb_each_module(), jsonb_tree_module(), dbstat_module()})
    modules.push_back(module);
}

ConnectionState::~ConnectionState() { rollback_all(Code::kAbortRollback); }

void ConnectionState::apply_sync_flags(Database& database) {
  Pager& pager = database.btree->pager();
  if (!database.is_synchronous_set) database.synchronous = pager.is_wal() ? 1 : 2;
  const int level = database.synchronous > 3 ? 3 : database.synchronous;
  if (pager.synchronous() != static_cast<Synchronous>(level))
    pager.set_synchronous(static_cast<Synchronous>(level));
}

void ConnectionState::adopt(Database& database) {
  Pager& pager = database.btree->pager();
  pager.set_busy_handler({wait_for_lock, is_patient, this});
  pager.set_cache_size(database.cache_size);
  pager.set_wal_autocheckpoint(static_cast<int>(value(Setting::kWalAutocheckpoint)));
  pager.set_fullfsync(flag(Setting::kFullfsync));
  pager.set_checkpoint_fullfsync(flag(Setting::kCheckpointFullfsync));
  if (default_locking_mode_ == LockingMode::kExclusive) pager.locking_mode(LockingMode::kExclusive);
  apply_sync_flags(database);
}

Status ConnectionState::open_temp() {
  Database& temp = databases[1];
  if (temp.btree) return kOk;
  PagerOpenOptions options;
  options.temporary = value(Setting::kTempStore) != 2;
  options.memory = !options.temporary;
  std::unique_ptr<Pager> pager;
  RETURN_IF_ERROR(Pager::open(io, "", options, &pager));
  std::unique_ptr<Btree> btree;
  RETURN_IF_ERROR(Btree::open(std::move(pager), &btree));
  RETURN_IF_ERROR(btree->set_page_size(page_size, -1, false));
  temp.btree = std::move(btree);
  adopt(temp);
  // There is one database more: the session lists them again.
  bump_schema(1);
  return kOk;
}

void ConnectionState::drop_temp() {
  if (!databases[1].btree) return;
  databases[1].btree.reset();
  databases[1].schema_changed = false;
  databases[1].schema_changes.forget();
  bump_schema(1);
}

}  // namespace ringlite
