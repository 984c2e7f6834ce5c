// SPDX-License-Identifier: MIT
#include "press.hpp"

#include <algorithm>

#include "limits.hpp"

namespace tutti::gateway {

tap::BatchPrint* Press::next(std::uint32_t number, const Stream& stream, Reader& reader) {
  if (!reader.has_news(stream)) return nullptr;
  const auto before = reader.progress();
  for (auto& sheet : sheets_)
    if (sheet.stream == number && sheet.before.cursor == before.cursor &&
        sheet.before.counted == before.counted && sheet.wish == reader.wish()) {
      reader.go_to(sheet.after);
      return &sheet.print;
    }
  tap::Batch batch;
  reader.next(stream, batch);
  if (bytes_ > most_printed) clear();
  auto& sheet = sheets_.emplace_back(
      Sheet{number, reader.wish(), before, reader.progress(), tap::BatchPrint{batch}});
  bytes_ += sheet.print.size();
  return &sheet.print;
}

}  // namespace tutti::gateway
