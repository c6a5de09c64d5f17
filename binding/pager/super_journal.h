// Super-journals: the file whose removal commits a transaction on several databases at once. It lists the
// rollback journals (each terminated by NUL); each of those journals names it.
#pragma once
#include <string>

#include "base/buffer.h"
#include "base/status.h"
#include "io/io.h"

namespace ringlite {

/**
 * Creates the super-journal beside `main_file`, listing `journals`, and makes it durable unless `synchronous`
 * is off. Returns its path. Use: create, commit_phase_one(path) on every pager, remove, commit_phase_two on
 * every pager.
 */
Status create_super_journal(Io& io, const std::string& main_file, const Buffer& journals, bool durable,
                            std::string* path);

/** The commit point of a multi-file transaction. */
Status remove_super_journal(Io& io, const std::string& path);

/** The super-journal that `journal` names at its end, or an empty string. */
Status read_super_journal_name(File& journal, std::string* name);

/** After a recovery: removes the super-journal unless another existing journal still names it. */
Status remove_super_journal_if_unused(Io& io, const std::string& path);

}  // namespace ringlite
