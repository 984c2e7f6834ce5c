// SPDX-License-Identifier: MIT
#include "module/hash_kernel.hpp"

#include <vector>

#include "test.hpp"
#include "tutti/plan/hash.hpp"

using namespace tutti;

BOOST_AUTO_TEST_SUITE(hash_kernel)

BOOST_AUTO_TEST_CASE(many_values_are_marked_as_one_by_one) {
  std::vector<double> values;
  for (int k = 0; k < 43; ++k) values.push_back(1.0 / (k - 7.3));
  const Time t = time_of(123'456'789);
  const auto instant = plan::mix_in(0, static_cast<std::uint64_t>(ticks(t)));
  for (const char* isa : {"x86-64", "avx512"}) {
    const auto mark = module::mark_values_for(isa);
    if (mark == nullptr) {
      BOOST_TEST_MESSAGE("SKIPPED: this processor has no " << isa);
      continue;
    }
    for (const std::uint64_t stride : {1U, 3U})
      for (const std::size_t count : {0U, 1U, 8U, 9U, 43U}) {
        std::uint64_t sum = 0;
        for (std::size_t k = 0; k < count; ++k)
          sum += plan::mix(t, static_cast<std::int64_t>(5 + k * stride), values[k]);
        BOOST_TEST(mark(instant, 5, stride, values.data(), count) == sum);
      }
  }
}

BOOST_AUTO_TEST_SUITE_END()
