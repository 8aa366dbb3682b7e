"""Packages the extension for VS Code as a .vsix: a zip with a manifest. Nothing is fetched.

npm install --omit=dev --prefix grammar/editors/vscode
python grammar/editors/package_vscode.py synth.vsix
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

FOLDER = Path(__file__).parent / "vscode"
OWN = ("package.json", "extension.js", "language-configuration.json", "synth.tmLanguage.json", "README.md")
CLIENT = "vscode-languageclient"
DAY = (2020, 1, 1, 0, 0, 0)
"""The date of all files, so that the same files give the same package."""

TYPES = {
    "js": "application/javascript",
    "json": "application/json",
    "md": "text/markdown",
    "txt": "text/plain",
    "vsixmanifest": "text/xml",
}


def package(target: Path, folder: Path = FOLDER) -> None:
    """Write the package. Raises FileNotFoundError where the client library was not installed."""
    described = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    if not (folder / "node_modules" / CLIENT).is_dir():
        raise FileNotFoundError(f"{CLIENT} is missing: npm install --omit=dev --prefix {folder}")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        _add(made, "extension.vsixmanifest", _manifest(described))
        _add(made, "[Content_Types].xml", _content_types())
        for path in _files(folder, described):
            # Every file of such a package has a suffix that its list of types knows.
            name = path.relative_to(folder).as_posix() + ("" if path.suffix else ".txt")
            _add(made, f"extension/{name}", path.read_bytes())


def _add(made: zipfile.ZipFile, name: str, data: str | bytes) -> None:
    info = zipfile.ZipInfo(name, DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    made.writestr(info, data)


def _files(folder: Path, described: dict[str, object]) -> Iterator[Path]:
    """The extension's own files, and the code of the libraries that it needs when it runs."""
    for name in OWN:
        yield folder / name
    wanted = list(described["dependencies"])  # type: ignore[call-overload]
    done: set[str] = set()
    while wanted:
        name = wanted.pop()
        home = folder / "node_modules" / name
        if name in done or not home.is_dir():
            continue
        done.add(name)
        wanted += json.loads((home / "package.json").read_text(encoding="utf-8")).get("dependencies", {})
        for path in sorted(home.rglob("*")):
            if (path.is_file() and path.suffix in (".js", ".json")) or path.name.lower().startswith("licen"):
                yield path


def _manifest(described: dict[str, object]) -> str:
    """What VS Code reads first."""
    of = {k: str(v) for k, v in described.items()}
    engine = described["engines"]["vscode"]  # type: ignore[index]
    return f"""<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id={quoteattr(of["name"])} Version={quoteattr(of["version"])}
      Publisher={quoteattr(of["publisher"])}/>
    <DisplayName>{escape(of["displayName"])}</DisplayName>
    <Description xml:space="preserve">{escape(of["description"])}</Description>
    <Categories>{escape(",".join(described["categories"]))}</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value={quoteattr(engine)}/>
    </Properties>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
  </Assets>
</PackageManifest>
"""  # type: ignore[arg-type]


def _content_types() -> str:
    kinds = "".join(f'<Default Extension=".{k}" ContentType="{v}"/>' for k, v in TYPES.items())
    start = '<?xml version="1.0" encoding="utf-8"?>\n<Types xmlns='
    return f'{start}"http://schemas.openxmlformats.org/package/2006/content-types">{kinds}</Types>\n'


if __name__ == "__main__":
    place = Path(sys.argv[1] if len(sys.argv) > 1 else "synth.vsix")
    try:
        package(place)
    except FileNotFoundError as error:
        sys.exit(str(error))
    print(f"{place}, {place.stat().st_size:,} bytes")
