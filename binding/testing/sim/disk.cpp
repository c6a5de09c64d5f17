#include "testing/sim/disk.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace ringlite::sim {
namespace {

void apply_change(Bytes* bytes, const PendingChange& change) {
  if (change.is_truncate) {
    bytes->resize(change.offset);
    return;
  }
  if (bytes->size() < change.offset + change.data.size()) bytes->resize(change.offset + change.data.size());
  if (!change.data.empty())
    std::memcpy(bytes->data() + change.offset, change.data.data(), change.data.size());
}

/** Each sector of the write survives or not; where the file grew and a sector did not, it holds noise. */
void apply_some_sectors(Bytes* bytes, const PendingChange& change, Dice& dice) {
  const uint64_t end = change.offset + change.data.size();
  const bool keeps_size = dice.chance(1, 2);
  for (uint64_t at = change.offset; at < end;) {
    const uint64_t next = std::min(end, (at / Disk::kSectorSize + 1) * Disk::kSectorSize);
    const bool survives = dice.chance(1, 2);
    if (survives || keeps_size)
      while (bytes->size() < next) bytes->push_back(static_cast<uint8_t>(dice.next()));
    if (survives) std::memcpy(bytes->data() + at, change.data.data() + (at - change.offset), next - at);
    at = next;
  }
}

void cut_file(DiskFile& file, Survival survival, Dice& dice) {
  size_t count = file.pending.size();
  if (survival == Survival::kNothing) count = 0;
  if (survival == Survival::kPrefix) count = dice.below(count + 1);
  for (size_t i = 0; i < count; i++) {
    const PendingChange& change = file.pending[i];
    const bool some = survival == Survival::kSomeWrites || survival == Survival::kSomeSectors;
    if (survival == Survival::kSomeSectors && !change.is_truncate)
      apply_some_sectors(&file.durable, change, dice);
    else if (!some || dice.chance(1, 2))
      apply_change(&file.durable, change);
  }
  file.current = file.durable;
  file.pending.clear();
  file.locks.clear();
}

}  // namespace

std::shared_ptr<DiskFile> Disk::find(const std::string& path) const {
  const auto found = names_.find(path);
  return found == names_.end() ? nullptr : found->second;
}

std::shared_ptr<DiskFile> Disk::create(const std::string& path, bool has_name) {
  auto file = std::make_shared<DiskFile>();
  file->inode = ++last_inode_;
  if (has_name) {
    directory_changes_.push_back({path, file});
    names_[path] = file;
  }
  return file;
}

bool Disk::remove(const std::string& path) {
  if (shared_.erase(path)) return true;
  if (names_.erase(path) == 0) return false;
  directory_changes_.push_back({path, nullptr});
  return true;
}

std::shared_ptr<SharedFile> Disk::shared(const std::string& path) {
  std::shared_ptr<SharedFile>& file = shared_[path];
  if (!file) file = std::make_shared<SharedFile>();
  return file;
}

uint8_t* Disk::extend(SharedFile& file) {
  uint8_t* region = arena_.allocate();
  if (region) file.regions.push_back(region);
  return region;
}

void Disk::write(DiskFile& file, uint64_t offset, Bytes data) {
  file.pending.push_back({++serial_, false, offset, std::move(data)});
  apply_change(&file.current, file.pending.back());
}

void Disk::truncate(DiskFile& file, uint64_t size) {
  file.pending.push_back({++serial_, true, size, {}});
  apply_change(&file.current, file.pending.back());
}

void Disk::sync(DiskFile& file, uint64_t serial) {
  size_t count = 0;
  while (count < file.pending.size() && file.pending[count].serial <= serial)
    apply_change(&file.durable, file.pending[count++]);
  file.pending.erase(file.pending.begin(), file.pending.begin() + static_cast<ptrdiff_t>(count));
}

void Disk::apply_directory(const DirectoryChange& change) {
  if (change.file)
    durable_names_[change.name] = change.file;
  else
    durable_names_.erase(change.name);
}

void Disk::sync_directory(size_t serial) {
  if (serial <= directory_base_) return;
  const size_t count = std::min(serial - directory_base_, directory_changes_.size());
  for (size_t i = 0; i < count; i++) apply_directory(directory_changes_[i]);
  directory_changes_.erase(directory_changes_.begin(),
                           directory_changes_.begin() + static_cast<ptrdiff_t>(count));
  directory_base_ += count;
}

void Disk::cut_directory(const PowerCut& cut, Dice& dice) {
  size_t kept = directory_changes_.size();
  if (!cut.loses_nothing) kept = dice.below(kept + 1);
  if (cut.durable_removals) {
    for (size_t i = directory_changes_.size(); i > kept; i--)
      if (!directory_changes_[i - 1].file) kept = i;
  }
  for (size_t i = 0; i < kept; i++) apply_directory(directory_changes_[i]);
  directory_base_ += directory_changes_.size();
  directory_changes_.clear();
  names_ = durable_names_;
}

void Disk::power_cut(const PowerCut& cut, Dice& dice) {
  cut_directory(cut, dice);
  // Two names never have one file.
  for (auto& [name, file] : names_) {
    const auto survival = static_cast<Survival>(dice.below(kSurvivalCount));
    cut_file(*file, cut.loses_nothing ? Survival::kEverything : survival, dice);
  }
  const bool loses_memory = dice.chance(1, 2);
  if (loses_memory) shared_.clear();
  for (auto& [name, file] : shared_) file->locks.clear();
}

void Disk::put(const std::string& path, Bytes content) {
  const std::shared_ptr<DiskFile> file = create(path, true);
  file->current = file->durable = std::move(content);
  sync_directory(directory_serial());
}

}  // namespace ringlite::sim
