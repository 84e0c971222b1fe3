"""Bundles, and hashed names of static files."""

import re
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError

from community_platform.core.brand import draw_mark
from community_platform.core.static import HashedStaticFiles
from community_platform.management.commands.build_assets import bundle_scripts, bundle_styles


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_script_bundle_keeps_each_file_in_a_scope_of_its_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        "a.js",
        "// why\n/** @type {import('./b.js').B} */\nconst secret = 1;\nexport function a() {\n  return secret;\n}\n",
    )
    write(
        tmp_path,
        "deep/b.js",
        'import { a } from "../a.js";\nconst secret = 2;\nexport const b = a() + secret;\n',
    )
    main = write(
        tmp_path,
        "main.js",
        'import { a } from "./a.js";\nimport { b as other } from "./deep/b.js";\na(other);\n',
    )
    bundle = bundle_scripts(main)
    assert bundle.count("const secret") == 2
    assert bundle.count("function a()") == 1
    assert bundle.index("function a()") < bundle.index("const b =") < bundle.index("a(other)")
    assert "const {b: other} = module1;" in bundle
    assert "why" not in bundle
    assert "./b.js" not in bundle
    assert not re.search(r"^(import|export)\b", bundle, re.MULTILINE)


def test_the_bundler_refuses_a_circle(tmp_path: Path) -> None:
    write(tmp_path, "a.js", 'import { b } from "./b.js";\nexport const a = b;\n')
    write(tmp_path, "b.js", 'import { a } from "./a.js";\nexport const b = a;\n')
    with pytest.raises(CommandError, match="imports itself"):
        bundle_scripts(tmp_path / "a.js")


@pytest.mark.parametrize(
    "line", ['import "./side.js";', 'export * from "./a.js";', 'import all from "./a.js";']
)
def test_the_bundler_refuses_what_it_does_not_understand(tmp_path: Path, line: str) -> None:
    write(tmp_path, "a.js", "export const a = 1;\n")
    with pytest.raises(CommandError, match="does not understand"):
        bundle_scripts(write(tmp_path, "main.js", line + "\n"))


def test_the_style_bundle_loses_comments_and_nothing_else(tmp_path: Path) -> None:
    first = write(tmp_path, "1.css", "/* why\n   so */\n@layer a, b;\n")
    second = write(tmp_path, "2.css", '@layer a {\n  p { content: "x  y"; }\n}\n')
    assert bundle_styles([first, second]) == '@layer a, b;\n@layer a {\np { content: "x  y"; }\n}\n'


def test_the_mark_has_our_colours_at_the_corners_and_a_white_star_in_the_middle() -> None:
    mark = draw_mark(128)
    assert mark.getpixel((0, 0)) == (0x7C, 0x5C, 0xF5)
    assert mark.getpixel((58, 60)) == (255, 255, 255)


@pytest.fixture
def storage(tmp_path: Path) -> HashedStaticFiles:
    return HashedStaticFiles(location=tmp_path, base_url="/static/")


def collect(storage: HashedStaticFiles, files: dict[str, str]) -> dict[str, str]:
    """Save and post-process like collectstatic; return original name -> hashed name."""
    for name, text in files.items():
        storage.save(name, ContentFile(text.encode()))
    hashed: dict[str, str] = {}
    for name, hashed_name, outcome in storage.post_process({name: (storage, name) for name in files}):
        assert not isinstance(outcome, Exception), outcome
        if name in files and not hashed_name.endswith(".gz"):
            hashed[name] = hashed_name
    return hashed


def test_imports_inside_our_modules_get_hashed_names(storage: HashedStaticFiles) -> None:
    names = collect(storage, {
        "js/main.js": 'import { go } from "./parts/go.js";\ngo();\n',
        "js/parts/go.js": "export function go() {}\n",
    })  # fmt: skip
    source = (Path(storage.location) / names["js/main.js"]).read_text()
    assert f'"./parts/{Path(names["js/parts/go.js"]).name}"' in source


def test_imports_in_comments_of_other_packages_are_left_alone(storage: HashedStaticFiles) -> None:
    names = collect(storage, {"other/lib.js": '/*\nimport { x } from "./missing.js";\n*/\n'})
    assert "missing.js" in (Path(storage.location) / names["other/lib.js"]).read_text()


def test_files_are_compressed_with_gzip_only(storage: HashedStaticFiles) -> None:
    collect(storage, {"css/site.css": "p { color: inherit }\n" * 200})
    suffixes = {path.suffix for path in Path(storage.location).rglob("*")}
    assert ".gz" in suffixes
    assert ".br" not in suffixes
