// printf() and SQL literals.
#pragma once
#include <string_view>

#include "base/buffer.h"
#include "functions/function.h"

namespace ringlite {

/** How a real is shown by %f, %e and %g. */
struct RealFormat {
  char conversion = 'g';  // f, e or g
  char exponent_letter = 'e';
  int precision = 6;
  int width = 0;
  char positive_sign = '\0';  // '+', ' ' or nothing
  bool is_alternate =
      false;              // '#': keep the point and trailing zeros; suppress the sign of a zero shown by %f
  bool is_exact = false;  // '!': up to 20 significant digits, always a point with a digit after it
  bool pads_with_zeros = false;
  bool is_left_justified = false;
  bool has_thousands = false;
};

/** Appends `real`; the text may not grow beyond `limit` bytes (SQLITE_TOOBIG). */
Status append_real(double real, const RealFormat& format, uint64_t limit, Buffer* text);

/** Appends what SQL's printf(format, arguments...) answers. `format` contains no NUL. An unknown conversion
 * ends the output.
 *  `*has_output` is false when nothing was converted at all, not even to empty text: the result is NULL then.
 */
Status format_arguments(FunctionContext& context, std::string_view format, int argument_count,
                        const Value* arguments, Buffer* text, bool* has_output);

/** Appends the SQL literal of a value, as quote() does; with `escapes_controls` as unistr_quote(). */
Status append_literal(FunctionContext& context, const Value& value, bool escapes_controls, Buffer* text);

}  // namespace ringlite
