// SPDX-License-Identifier: MIT
#include "plot/page.hpp"

#include <fmt/format.h>

namespace plot {

namespace {

constexpr const char* head = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{0}</title>
<style>
 body {{ font: 15px/1.45 "Helvetica Neue", Helvetica, Arial, sans-serif; color: #222; margin: 2rem auto;
        max-width: 60rem; padding: 0 1rem; }}
 h1 {{ font-size: 1.3rem; }}
 nav a {{ margin-right: 1em; color: #0072B2; }}
 figure {{ margin: 2.2rem 0; }}
 figure svg {{ width: 100%; height: auto; max-height: 85vh; touch-action: none; }}
 figcaption {{ color: #555; font-size: 0.9rem; max-width: 48rem; }}
 @media print {{ nav {{ display: none; }} figure {{ break-inside: avoid; }} }}
</style></head><body>
<h1>{0}</h1>
)";

// Zooming is a change of the picture's own viewBox, so lines stay sharp.
constexpr const char* script = R"(<script>
for (const svg of document.querySelectorAll("figure svg")) {
  const whole = svg.viewBox.baseVal, all = [whole.x, whole.y, whole.width, whole.height];
  let view = [...all], held = null;
  const show = () => svg.setAttribute("viewBox", view.join(" "));
  const place = e => {
    const r = svg.getBoundingClientRect();
    return [(e.clientX - r.left) / r.width, (e.clientY - r.top) / r.height];
  };
  svg.addEventListener("wheel", e => {
    if (!e.ctrlKey && !e.shiftKey) return;
    e.preventDefault();
    const f = Math.exp(0.0015 * (e.deltaY || e.deltaX)), [u, v] = place(e);
    const w = Math.min(all[2], view[2] * f), h = Math.min(all[3], view[3] * f);
    view = [view[0] + u * (view[2] - w), view[1] + v * (view[3] - h), w, h];
    show();
  }, {passive: false});
  svg.addEventListener("pointerdown", e => { held = [place(e), [...view]]; });
  svg.addEventListener("pointermove", e => {
    if (!held) return;
    const [u, v] = place(e);
    view[0] = held[1][0] - (u - held[0][0]) * view[2];
    view[1] = held[1][1] - (v - held[0][1]) * view[3];
    show();
  });
  window.addEventListener("pointerup", () => { held = null; });
  svg.addEventListener("dblclick", () => { view = [...all]; show(); });
}
</script>
</body></html>
)";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

/// The picture without its XML line, and with names of its own: cairo numbers the glyphs and images
/// of every picture from 0, and within one page the first would be taken for all.
std::string inlined(const Figure& figure, std::size_t number) {
  std::string svg = to_svg(figure);
  svg.erase(0, svg.find("<svg"));
  const auto prefix = fmt::format("f{}-", number);
  for (const char* mark : {"id=\"", "href=\"#", "url(#"}) {
    const std::string_view what{mark};
    for (auto at = svg.find(what); at != std::string::npos; at = svg.find(what, at + what.size()))
      svg.insert(at + what.size(), prefix);
  }
  return svg;
}

}  // namespace

std::string to_html(std::span<const Figure> figures, const std::string& title) {
  std::string page = fmt::format(fmt::runtime(head), escaped(title));
  if (figures.size() > 1) {
    page += "<nav>";
    for (const auto& f : figures) page += fmt::format("<a href=\"#{0}\">{0}</a>", escaped(f.name));
    page += "</nav>\n";
  }
  for (std::size_t i = 0; i < figures.size(); ++i)
    page +=
        fmt::format("<figure id=\"{}\">\n{}<figcaption>{}</figcaption></figure>\n",
                    escaped(figures[i].name), inlined(figures[i], i), escaped(figures[i].caption));
  page +=
      "<p style=\"color:#777;font-size:0.85rem\">Ctrl or Shift and the wheel zooms, dragging "
      "moves, a "
      "double click shows all.</p>\n";
  return page + script;
}

}  // namespace plot
