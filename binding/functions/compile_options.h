// What sqlite_version(), sqlite_source_id() and the compile option functions report: the SQLite build that we
// stand in for.
#pragma once
#include <cstdint>
#include <string_view>

namespace ringlite {

constexpr std::string_view kSqliteVersion = "3.53.2";
constexpr std::string_view kSqliteSourceId =
    "2026-06-03 19:12:13 d6e03d8c777cfa2d35e3b60d8ec3e0187f3e9f99d8e2ee9cac695fd6fcdf1a24";

/** The option at `index`, without its SQLITE_ prefix; empty when out of range. */
std::string_view compile_option(int32_t index);
/** Whether an option is set: by name ("THREADSAFE", with or without SQLITE_ before it) or name and value. */
bool is_compile_option_used(std::string_view name);

}  // namespace ringlite
