// SPDX-License-Identifier: MIT
// Tables from anywhere: the first byte says whether they are connections, electrodes or the types
// of a SONATA circuit.
#include <stdexcept>

#include "forward/electrodes.hpp"
#include "network/read_table.hpp"
#include "sonata/type_table.hpp"
#include "target.hpp"
#include "tutti/error.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  if (size == 0) return 0;
  const auto text = fuzz::text_of(data + 1, size - 1);
  try {
    switch (data[0] % 3) {
      case 0:
        cell::read_table(scratch.file("fuzz.csv", text));
        break;
      case 1:
        lfp::parse_electrodes(text, "fuzz.csv");
        break;
      default:
        cell::circuit::read_types(scratch.file("types.csv", text), "node_type_id");
    }
  } catch (const tutti::Error&) {
  } catch (const std::invalid_argument&) {  // lfp/forward knows nothing of Tutti, nor its errors
  }
  return 0;
}
