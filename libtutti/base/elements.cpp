// SPDX-License-Identifier: MIT
#include "tutti/elements.hpp"

#include <algorithm>
#include <limits>

#include "tutti/error.hpp"

namespace tutti {
namespace {

/// More than any model has and than a machine should keep: 0.5 GB of them.
constexpr std::size_t most_ranges = std::size_t{1} << 24;

/// Walks a set in ascending order without materialising it.
class Cursor {
 public:
  explicit Cursor(std::span<const ElementRange> ranges) : ranges_{ranges} {}
  bool done() const { return range_ == ranges_.size(); }
  std::uint64_t value() const { return ranges_[range_].first + index_ * ranges_[range_].stride; }
  void next() {
    if (++index_ == ranges_[range_].count) index_ = 0, ++range_;
  }
  /// To the first element that is not below `element`.
  void skip_to(std::uint64_t element) {
    while (!done() && ranges_[range_].last() < element) index_ = 0, ++range_;
    if (done() || value() >= element) return;
    const auto& r = ranges_[range_];
    index_ = (element - r.first + r.stride - 1) / r.stride;
  }
  void skip_range() { index_ = 0, ++range_; }
  /// Whether all that is left of the range under the cursor comes before what `other` is at.
  bool comes_before(const Cursor& other) const {
    return other.done() || ranges_[range_].last() < other.value();
  }
  /// What is left of the range under the cursor.
  ElementRange rest() const {
    const auto& r = ranges_[range_];
    return {value(), r.count - index_, r.stride};
  }
  /// That as far as it is below `limit`, which the element under the cursor is; goes on behind it.
  ElementRange take_below(std::uint64_t limit) {
    auto part = rest();
    part.count = std::min(part.count, (limit - part.first - 1) / part.stride + 1);
    index_ += part.count - 1;
    next();
    return part;
  }

 private:
  std::span<const ElementRange> ranges_;
  std::size_t range_ = 0;
  std::uint64_t index_ = 0;
};

}  // namespace

Elements Elements::strided(std::uint64_t first, std::uint64_t count, std::uint64_t stride) {
  if (stride == 0) throw Error{Fault::protocol, "a set of elements needs a stride above 0"};
  Elements result;
  if (count > 0) result.ranges_.push_back({first, count, count == 1 ? 1 : stride});
  result.seal();
  return result;
}

Elements Elements::of(std::vector<std::uint64_t> numbers) {
  if (!std::ranges::is_sorted(numbers)) std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  Elements result;
  for (const auto n : numbers) result.append(n);
  result.seal();
  return result;
}

Elements Elements::from_ranges(std::vector<ElementRange> ranges, std::uint64_t most) {
  std::uint64_t total = 0;
  const ElementRange* previous = nullptr;
  for (const auto& r : ranges) {
    const auto room = std::numeric_limits<std::uint64_t>::max() - r.first;
    if (r.count == 0 || r.stride == 0 || (r.count - 1) > room / r.stride)
      throw Error{Fault::protocol, "elements {} + {} × {} are no range", r.first, r.count,
                  r.stride};
    if (previous != nullptr && r.first <= previous->last())
      throw Error{Fault::protocol, "element ranges overlap at {}", r.first};
    total += r.count;
    if (r.count > most || total > most) throw Error{Fault::protocol, "more than {} elements", most};
    previous = &r;
  }
  Elements result;
  result.ranges_ = std::move(ranges);
  result.seal();
  return result;
}

void Elements::append(std::uint64_t element) {
  if (!ranges_.empty()) {
    auto& last = ranges_.back();
    const auto gap = element - last.last();
    if (last.count > 1 && gap == last.stride) {
      ++last.count;
      return;
    }
    if (last.count == 1) {
      last.stride = gap, last.count = 2;
      return;
    }
    if (last.count == 2 && last.stride > 1) {  // a pair is no pattern: give back its second one
      const auto second = last.last();
      last.count = 1, last.stride = 1;
      ranges_.push_back({second, 2, element - second});
      return;
    }
  }
  ranges_.push_back({element, 1, 1});
}

/// The same ranges as one by one, without the time that takes: a range of many elements is no work.
void Elements::append(const ElementRange& range) {
  const auto begin = std::min<std::uint64_t>(range.count, 3);
  for (std::uint64_t k = 0; k < begin; ++k) append(range.first + k * range.stride);
  ranges_.back().count += range.count - begin;
}

void Elements::seal() {
  before_.clear();
  before_.reserve(ranges_.size());
  size_ = 0;
  for (auto& r : ranges_) {
    if (r.count == 1) r.stride = 1;
    before_.push_back(size_);
    size_ += r.count;
  }
}

std::optional<std::uint64_t> Elements::index_of(std::uint64_t element) const {
  const auto after = std::ranges::upper_bound(ranges_, element, {}, &ElementRange::first);
  if (after == ranges_.begin()) return std::nullopt;
  const auto& r = *std::prev(after);
  const auto distance = element - r.first;
  if (distance % r.stride != 0 || distance / r.stride >= r.count) return std::nullopt;
  return before_[static_cast<std::size_t>(&r - ranges_.data())] + distance / r.stride;
}

std::uint64_t Elements::at(std::uint64_t index) const {
  const auto after = std::ranges::upper_bound(before_, index);
  const auto which = static_cast<std::size_t>(after - before_.begin()) - 1;
  return ranges_[which].first + (index - before_[which]) * ranges_[which].stride;
}

std::vector<std::uint64_t> Elements::numbers() const {
  std::vector<std::uint64_t> result;
  result.reserve(size_);
  for_each([&](std::uint64_t element) { result.push_back(element); });
  return result;
}

Elements Elements::shifted(std::int64_t offset) const {
  Elements result = *this;
  for (auto& r : result.ranges_) {
    const auto to = r.first + static_cast<std::uint64_t>(offset);
    if ((offset < 0) != (to < r.first) && offset != 0)
      throw Error{Fault::config, "offset {} moves element {} out of range", offset, r.first};
    r.first = to;
  }
  return result;
}

Elements intersection(const Elements& a, const Elements& b) {
  Elements result;
  Cursor x{a.ranges_}, y{b.ranges_};
  while (!x.done() && !y.done()) {
    if (x.value() < y.value()) {
      x.skip_to(y.value());
    } else if (y.value() < x.value()) {
      y.skip_to(x.value());
    } else if (x.rest().stride == y.rest().stride) {  // the common case, whole ranges at once
      const ElementRange both{x.value(), std::min(x.rest().count, y.rest().count), x.rest().stride};
      result.append(both);
      x.skip_to(both.last() + 1);
      y.skip_to(both.last() + 1);
    } else {
      result.append(x.value());
      x.next(), y.next();
    }
  }
  result.seal();
  return result;
}

Elements difference(const Elements& a, const Elements& b) {
  Elements result;
  Cursor x{a.ranges_}, y{b.ranges_};
  while (!x.done()) {
    if (!y.done()) y.skip_to(x.value());
    if (x.comes_before(y)) {
      result.append(x.rest()), x.skip_range();
    } else if (x.value() == y.value() && x.rest().stride == y.rest().stride) {
      const auto last = std::min(x.rest().last(), y.rest().last());
      x.skip_to(last + 1), y.skip_to(last + 1);
    } else {
      if (y.value() != x.value()) result.append(x.value());
      x.next();
    }
  }
  result.seal();
  return result;
}

Elements united(const Elements& a, const Elements& b) {
  Elements result;
  Cursor x{a.ranges_}, y{b.ranges_};
  while (!x.done() || !y.done()) {
    if (!x.done() && x.comes_before(y)) {
      result.append(x.rest()), x.skip_range();
    } else if (!y.done() && y.comes_before(x)) {
      result.append(y.rest()), y.skip_range();
    } else if (x.value() < y.value()) {
      result.append(x.take_below(y.value()));
    } else if (y.value() < x.value()) {
      result.append(y.take_below(x.value()));
    } else if (x.rest().stride == y.rest().stride) {  // a set with itself, most often
      const auto more = x.rest().count < y.rest().count ? y.rest() : x.rest();
      const auto both = std::min(x.rest().last(), y.rest().last());
      result.append(ElementRange{more.first, (both - more.first) / more.stride + 1, more.stride});
      x.skip_to(both + 1), y.skip_to(both + 1);
    } else {
      result.append(x.value());
      x.next(), y.next();
    }
    if (result.ranges_.size() > most_ranges)
      throw Error{Fault::protocol, "sets of elements that make more than {} ranges together",
                  most_ranges};
  }
  result.seal();
  return result;
}

std::string to_string(const Elements& elements, std::size_t most) {
  std::string text;
  for (const auto& r : elements.ranges()) {
    if (most-- == 0) return text + ", …";
    if (!text.empty()) text += ", ";
    text += r.count == 1 ? fmt::format("{}", r.first) : fmt::format("{}..{}", r.first, r.last());
    if (r.stride > 1) text += fmt::format(" by {}", r.stride);
  }
  return text.empty() ? "none" : text;
}

}  // namespace tutti
