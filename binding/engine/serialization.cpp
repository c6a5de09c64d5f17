// Connection::serialize and ::deserialize: a database as one array of bytes, which is exactly its file.
#include "base/endian.h"
#include "engine/connection.h"
#include "pager/pager.h"

namespace ringlite {
namespace {

constexpr size_t kHeaderSize = 100;
constexpr size_t kPageSizeOffset = 16;
constexpr size_t kReservedOffset = 20;

/** Page size by the header of `image`, 4096 when it has none that could be. */
uint32_t page_size_of(const uint8_t* image, size_t size) {
  if (size < kHeaderSize) return 4096;
  uint32_t page_size = load_be16(image + kPageSizeOffset);
  if (page_size == 1) page_size = kMaxPageSize;
  const bool is_valid = page_size >= kMinPageSize && (page_size & (page_size - 1)) == 0;
  return is_valid ? page_size : 4096;
}

Status write_pages(Pager& pager, const uint8_t* image, size_t size) {
  const size_t page_size = pager.page_size();
  for (size_t offset = 0; offset < size; offset += page_size) {
    const size_t rest = size - offset;
    PageRef page;
    RETURN_IF_ERROR(pager.get(static_cast<Pgno>(offset / page_size + 1), &page, Pager::kGetNoContent));
    RETURN_IF_ERROR(pager.write(page));
    std::memcpy(page.mutable_data(), image + offset, rest < page_size ? rest : page_size);
  }
  return kOk;
}

Status read_pages(Btree& btree, Buffer* image) {
  const size_t page_size = btree.page_size();
  const Pgno count = btree.page_count();
  RETURN_IF_ERROR(image->reserve(page_size * count));
  for (Pgno pgno = 1; pgno <= count; pgno++) {
    PageRef page;
    RETURN_IF_ERROR(btree.pager().get(pgno, &page, Pager::kGetReadOnly));
    RETURN_IF_ERROR(image->append(page.data(), page_size));
  }
  return kOk;
}

}  // namespace

Status Connection::deserialize(const uint8_t* image, size_t size) {
  if (size == 0) return kOk;
  PagerOpenOptions options;
  options.memory = true;
  std::unique_ptr<Pager> pager;
  RETURN_IF_ERROR(Pager::open(state_->io, ":memory:", options, &pager));
  const int reserved = size < kHeaderSize ? 0 : image[kReservedOffset];
  RETURN_IF_ERROR(pager->set_page_size(page_size_of(image, size), reserved));
  RETURN_IF_ERROR(pager->begin(true, false));
  Status status = write_pages(*pager, image, size);
  if (status.ok()) status = pager->commit();
  if (!status.ok()) ignore_status(pager->rollback());
  pager->end_read();
  RETURN_IF_ERROR(status);
  Database& database = state_->databases[0];
  RETURN_IF_ERROR(Btree::open(std::move(pager), &database.btree));
  state_->adopt(database);
  if (options_.is_readonly) state_->set_value(Setting::kQueryOnly, 1);
  return kOk;
}

Status Connection::serialize(std::string_view name, Buffer* image) {
  const int index = find_database(name);
  if (index < 0 || !state_->databases[static_cast<size_t>(index)].btree) return Code::kNotfound;
  Btree& btree = *state_->databases[static_cast<size_t>(index)].btree;
  const bool was_open = btree.in_transaction();
  RETURN_IF_ERROR(btree.begin_read());
  Status status = kOk;
  if (btree.page_count() == 0) {
    // An empty database has a file all the same: its first page.
    status = btree.begin_write(false);
    if (status.ok() && !was_open) status = btree.commit();
    if (status.ok()) status = btree.begin_read();
  }
  if (status.ok()) status = read_pages(btree, image);
  if (!was_open) btree.end_read();
  return status;
}

}  // namespace ringlite
