#include "pager/store.h"

#include <cstring>
#include <map>
#include <tuple>

namespace ringlite {
namespace {

using StoreKey = std::tuple<Io*, uint64_t, uint64_t, bool>;

StoreKey key_of(Io& io, const FileIdentity& identity) {
  return {&io, identity.device, identity.inode, identity.is_adopted};
}

struct Registry {
  std::mutex mutex;
  std::map<StoreKey, std::weak_ptr<Store>> stores;
};

/** The one piece of global state: which files this process has open. */
Registry& registry() {
  static Registry* instance = new Registry;
  return *instance;
}

std::shared_ptr<Store> find_locked(Io& io, const FileIdentity& identity) {
  auto found = registry().stores.find(key_of(io, identity));
  std::shared_ptr<Store> store = found == registry().stores.end() ? nullptr : found->second.lock();
  // In a forked child the parent's Stores have lost their files.
  return store && store->file().identity() == identity ? store : nullptr;
}

}  // namespace

Status Store::acquire(Io& io, const std::string& path, bool create, std::shared_ptr<Store>* store) {
  // Opening happens under the registry's mutex: two Stores of one file in a process would not see each
  // other's locks.
  std::lock_guard lock(registry().mutex);
  FileIdentity identity;
  bool found = false;
  uint64_t size = 0;
  RETURN_IF_ERROR(io.files().identify(path.c_str(), &identity, &found, &size));
  if (found && (*store = find_locked(io, identity))) return kOk;
  if (!found && !create) return Code::kCantopen;
  std::unique_ptr<File> file;
  const OpenFlags flags{.create = create, .readonly_fallback = true, .database = true};
  RETURN_IF_ERROR(io.files().open(path.c_str(), flags, &file));
  identity = file->identity();
  if ((*store = find_locked(io, identity))) return kOk;
  *store = std::make_shared<Store>(io, path, std::move(file), 4096);
  RETURN_IF_ERROR((*store)->history_.resize(kHistorySize, 0));
  auto& stores = registry().stores;
  for (auto entry = stores.begin(); entry != stores.end();)
    entry = entry->second.expired() ? stores.erase(entry) : std::next(entry);
  stores[key_of(io, identity)] = *store;
  return kOk;
}

Status Store::open_unlocked(Io& io, const std::string& path, bool create, std::shared_ptr<Store>* store) {
  std::unique_ptr<File> file;
  const OpenFlags flags{.create = create, .readonly_fallback = true, .database = true};
  RETURN_IF_ERROR(io.files().open(path.c_str(), flags, &file));
  *store = std::make_shared<Store>(io, path, std::move(file), 4096);
  (*store)->is_unlocked_ = true;
  return (*store)->history_.resize(kHistorySize, 0);
}

Store::Store(Io& io, std::string path, std::unique_ptr<File> file, uint32_t page_size)
    : io_(io), path_(std::move(path)), file_(std::move(file)), pool_(page_size) {}

Store::~Store() { ASSERT(!clients_); }

StoreStatistics store_statistics(Io& io, const char* path) {
  std::shared_ptr<Store> store;
  {
    std::lock_guard lock(registry().mutex);
    FileIdentity identity;
    bool found = false;
    uint64_t size = 0;
    if (!io.files().identify(path, &identity, &found, &size).ok() || !found) return {};
    store = find_locked(io, identity);
  }
  return store ? store->statistics() : StoreStatistics{};
}

StoreStatistics Store::statistics() {
  std::lock_guard lock(mutex_);
  StoreStatistics result;
  for (StoreClient* client = clients_; client; client = client->next) result.clients++;
  result.images = pool_.image_count();
  result.image_bytes = result.images * (pool_.page_size() + sizeof(Image) + kPageSlack);
  return result;
}

void Store::attach(StoreClient& client) {
  std::lock_guard lock(mutex_);
  client.next = clients_;
  clients_ = &client;
  client.attached = true;
  update_image_limit();
}

void Store::detach(StoreClient& client) {
  std::lock_guard lock(mutex_);
  ASSERT(client.level == LockLevel::kNone && !client.in_wal && !client.is_reading_wal);
  for (StoreClient** link = &clients_; *link; link = &(*link)->next) {
    if (*link != &client) continue;
    *link = client.next;
    break;
  }
  client.attached = false;
  update_image_limit();
}

void Store::set_cache_limit(StoreClient& client, uint32_t pages) {
  std::lock_guard lock(mutex_);
  client.cache_limit = pages;
  update_image_limit();
}

void Store::update_image_limit() {
  size_t limit = 0;
  for (StoreClient* client = clients_; client; client = client->next)
    if (client->cache_limit > limit) limit = client->cache_limit;
  image_limit_.store(limit, std::memory_order_relaxed);
}

Status Store::set_page_size(uint32_t page_size) {
  if (page_size == pool_.page_size()) return kOk;
  std::lock_guard lock(mutex_);
  pool_.clear();
  pool_.set_page_size(page_size);
  start_version();
  return kOk;
}

// --- versions ---

uint64_t Store::version() {
  std::lock_guard lock(mutex_);
  return version_;
}

/** A version that shares no history with those before. */
void Store::start_version() {
  version_++;
  history_begin_ = version_;
}

bool Store::note_file_stamp(const FileStamp& stamp) {
  std::lock_guard lock(mutex_);
  if (stamp == stamp_) return false;
  stamp_ = stamp;
  pool_.clear();
  start_version();
  return true;
}

void Store::set_file_stamp(const FileStamp& stamp) {
  std::lock_guard lock(mutex_);
  stamp_ = stamp;
}

void Store::forget_everything() {
  std::lock_guard lock(mutex_);
  pool_.clear();
  start_version();
}

bool Store::changed_since(Pgno pgno, uint64_t version) const {
  if (version < history_begin_) return true;
  for (uint64_t at = version; at < version_; at++)
    if (history_[at % kHistorySize] == pgno) return true;
  return false;
}

std::shared_ptr<const void> Store::derived_data(uint64_t version) {
  std::lock_guard lock(mutex_);
  // A reader of an older snapshot: others still want the data.
  if (!derived_data_ || version < derived_version_) return nullptr;
  bool is_current = derived_version_ >= history_begin_;
  for (uint64_t at = derived_version_; is_current && at < version_; at++)
    is_current = !derived_pages_->contains(history_[at % kHistorySize]);
  if (is_current)
    derived_version_ = version;
  else
    derived_data_.reset();
  return derived_data_;
}

void Store::set_derived_data(std::shared_ptr<const void> data, const PageSet* pages, uint64_t version) {
  std::lock_guard lock(mutex_);
  if (derived_data_ && version < derived_version_) return;
  derived_data_ = std::move(data);
  derived_pages_ = pages;
  derived_version_ = version;
}

Image* Store::share_loaded(Image* image, const StoreSnapshot& snapshot) {
  std::lock_guard lock(mutex_);
  if (changed_since(image->pgno, snapshot.version)) return image;
  return pool_.share_loaded(image, snapshot.version);
}

bool Store::has_other_readers(const StoreClient& client) const {
  for (StoreClient* other = clients_; other; other = other->next)
    if (other != &client && other->is_reading_wal.load(std::memory_order_acquire)) return true;
  return false;
}

void Store::publish(StoreClient& client, const PodArray<Pgno>& pages, const PodArray<Image*>& images,
                    Pgno page_count) {
  std::lock_guard lock(mutex_);
  const bool keep_old = has_other_readers(client);
  const uint64_t after = version_ + (pages.empty() ? 1 : pages.size());
  for (size_t i = 0; i < pages.size(); i++) {
    history_[(version_ + i) % kHistorySize] = pages[i];
    pool_.publish(pages[i], images[i], after, keep_old);
  }
  if (after - history_begin_ > kHistorySize) history_begin_ = after - kHistorySize;
  // An empty commit or one larger than the history leaves slots that say nothing.
  if (pages.empty() || pages.size() > kHistorySize) history_begin_ = after;
  version_ = after;
  client.snapshot.version = after;
  if (!client.in_wal) return;
  // Under the mutex: nobody of this process sees the new header with the old version.
  wal_->publish(client.wal, page_count);
  known_header_ = client.wal.header;
}

// --- WAL mode ---

bool Store::has_wal() {
  std::lock_guard lock(mutex_);
  return wal_ != nullptr;
}

bool Store::is_wal_alone() {
  std::lock_guard lock(mutex_);
  return is_wal_alone_;
}

/** Newest version: the log as the client has just begun to read it; `changes` says what differs from
 * known_header_, if that is known. */
void Store::note_wal_header(const StoreClient& client, const PodArray<Pgno>* changes) {
  known_header_ = client.wal.header;
  if (!changes || changes->size() > kHistorySize / 2) {
    pool_.clear();
    start_version();
    return;
  }
  const bool keep_old = has_other_readers(client);
  const uint64_t after = version_ + changes->size();
  for (size_t i = 0; i < changes->size(); i++) {
    history_[(version_ + i) % kHistorySize] = (*changes)[i];
    pool_.publish((*changes)[i], nullptr, after, keep_old);
  }
  if (after - history_begin_ > kHistorySize) history_begin_ = after - kHistorySize;
  version_ = after;
}

/** Gives the client, who has just begun to read the log, its version. False: somebody was faster, begin
 * again. */
bool Store::adopt_wal_header(StoreClient& client) {
  std::unique_lock lock(mutex_);
  if (!wal_->is_current(client.wal)) return false;
  while (std::memcmp(&client.wal.header, &known_header_, sizeof known_header_) != 0) {
    const WalIndexHeader known = known_header_;
    lock.unlock();
    PodArray<Pgno> changes;
    const bool is_known = wal_->list_changes(known, client.wal.header, &changes);
    WalIndex::barrier();
    lock.lock();
    // A client that holds READ(0) does not keep the log from being started over: then the list may have been
    // overwritten.
    if (!wal_->is_current(client.wal)) return false;
    if (std::memcmp(&known, &known_header_, sizeof known) == 0)
      note_wal_header(client, is_known ? &changes : nullptr);
  }
  client.is_reading_wal = true;
  client.snapshot.version = version_;
  return true;
}

Status Store::begin_wal_read(StoreClient& client) {
  ASSERT(client.in_wal && !client.is_reading_wal);
  for (int attempts = 0;; attempts++) {
    const Status status = wal_->try_begin_read(client.wal);
    if (status.ok() && adopt_wal_header(client)) return kOk;
    if (status.ok()) wal_->end_read(client.wal);
    if (!status.ok() && !status.is(Code::kErrorRetry)) return status;
    RETURN_IF_ERROR(wal_->pause(attempts));
  }
}

bool Store::try_begin_wal_writer(StoreClient& client) {
  ASSERT(client.in_wal && !client.is_reading_wal);
  if (!wal_->try_begin_as_writer(client.wal)) return false;
  // Nobody else commits, so the header stays what it is.
  const bool is_current = adopt_wal_header(client);
  ASSERT(is_current);
  return is_current;
}

void Store::end_wal_read(StoreClient& client) {
  client.is_reading_wal.store(false, std::memory_order_release);
  wal_->end_read(client.wal);
}

Status Store::begin_wal_write(StoreClient& client) {
  ASSERT(client.is_reading_wal);
  return wal_->begin_write(client.wal);
}

void Store::end_wal_write(StoreClient& client) {
  const bool was_writing = client.wal.is_writing;
  wal_->discard_appended(client.wal);
  wal_->end_write(client.wal);
  if (was_writing) writer_queue_.notify();
}

void Store::note_restart(const WalIndexHeader& before, const WalIndexHeader& after) {
  std::lock_guard lock(mutex_);
  if (std::memcmp(&known_header_, &before, sizeof before) == 0) known_header_ = after;
}

bool Store::leave_wal(StoreClient& client) {
  std::lock_guard lock(mutex_);
  ASSERT(!client.is_reading_wal);
  client.in_wal = false;
  for (StoreClient* other = clients_; other; other = other->next)
    if (other->in_wal) return false;
  return true;
}

}  // namespace ringlite
