# SPDX-License-Identifier: MIT
"""Every relative link in our pages leads somewhere, what the README tells to run is there, and lists of pages and
scenarios have all of them."""
import re
import sys
from pathlib import Path

root = Path(sys.argv[1]).resolve()
pages = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("*/**/README.md")]
wrong = []
for page in sorted({p for p in pages if "build" not in p.relative_to(root).parts[:1] and "node_modules" not in p.parts}):
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in link and not (page.parent / link).exists():
            wrong.append(f"{page.relative_to(root)}: the link to {link} leads nowhere")

commands = re.findall(r"^\./tutti run (?!--)(\S+)", (root / "README.md").read_text(encoding="utf-8"), re.M)
if not commands:
    wrong.append("README.md: it shows no ./tutti run")
for folder in commands:
    if not (root / folder / "run.yaml").exists():
        wrong.append(f"README.md: ./tutti run {folder}: there is no {folder}/run.yaml")

for page in sorted(root.glob("docs/guide/*.md")):  # every verb that a page shows is one
    main = "".join(f.read_text(encoding="utf-8") for f in root.glob("cli/verbs/*.cpp"))
    for verb in re.findall(r"^(?:\./)?tutti ([a-z]+)", page.read_text(encoding="utf-8"), re.M):
        if f'"{verb}"' not in main and verb not in ("test",):
            wrong.append(f"{page.relative_to(root)}: there is no verb {verb}")

scenarios = (root / "configs/README.md").read_text(encoding="utf-8")
for folder in sorted((root / "configs").iterdir()):
    if folder.is_dir() and f"[{folder.name}](" not in scenarios:
        wrong.append(f"configs/README.md does not list {folder.name}")

guide = (root / "docs/guide/README.md").read_text(encoding="utf-8")
for page in sorted(root.glob("docs/guide/*.md")):
    if page.name != "README.md" and f"({page.name})" not in guide:
        wrong.append(f"docs/guide/README.md does not lead to {page.name}")

print("\n".join(wrong) or "all links and commands lead somewhere")
sys.exit(bool(wrong))
