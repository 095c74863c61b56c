"""The servers that are measured, each started on the same statements: Khronika, and its peers from PyPI and npm."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from generate import BASE

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".work" / "peers"  # a virtual environment of their own: their needs are not ours

TRIFID = """server: {{listener: {{host: 127.0.0.1, port: {port}}}, logLevel: warn}}
globals: {{datasetBaseUrl: "{base}", endpoints: {{default: {{url: /query}}}}}}
plugins:
  pages: {{module: "@zazuko/trifid-entity-renderer"}}
  store:
    module: trifid-handler-fetch
    paths: /query
    config: {{url: "{data}", contentType: application/n-triples, unionDefaultGraph: true}}
"""


@dataclass(frozen=True)
class Server:
    """A running endpoint: its name, where it answers, and its process."""

    name: str
    url: str
    process: subprocess.Popen[bytes]


def install() -> Path:
    """The `bin` folder of the peers' environment, made on first use."""
    done = PEERS / ".installed"
    if not done.exists():
        shutil.rmtree(PEERS, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        packages = ["oxigraph==0.5.13", "rdflib-endpoint==0.6.3", "click", "uvicorn"]
        subprocess.run([PEERS / "bin" / "pip", "install", "--quiet", *packages], check=True)
        done.touch()
    return PEERS / "bin"


@contextmanager
def khronika(site: Path, port: int) -> Iterator[Server]:
    """Our own server over a published site, as it ships: sandbox on, whole answers."""
    program = Path(sys.executable).parent / "khronika"
    subprocess.run([program, "publish", site], check=True, capture_output=True)  # minutes at a million triples
    command = [program, "serve", site, "--port", str(port)]
    with started("khronika", command, f"http://127.0.0.1:{port}/sparql") as server:
        yield server


@contextmanager
def oxigraph(data: Path, folder: Path, port: int) -> Iterator[Server]:
    """Oxigraph's own server, read-only over an on-disk store."""
    binary = install() / "oxigraph"
    subprocess.run([binary, "load", "-l", folder, "-f", data], check=True, capture_output=True)
    command = [binary, "serve-read-only", "-l", folder, "-b", f"127.0.0.1:{port}", "--union-default-graph"]
    with started("oxigraph", command, f"http://127.0.0.1:{port}/query") as server:
        yield server


@contextmanager
def rdflib_endpoint(data: Path, port: int) -> Iterator[Server]:
    """rdflib-endpoint as its README starts it: the file in memory."""
    command = [install() / "rdflib-endpoint", "serve", "--host", "127.0.0.1", "--port", str(port), data]
    with started("rdflib-endpoint", command, f"http://127.0.0.1:{port}/", patience=600) as server:
        yield server


@contextmanager
def trifid(data: Path, port: int) -> Iterator[Server]:
    """Trifid with its own store and its pages for things, as its README sets it up; `data` is N-Triples."""
    folder = PEERS.parent / "trifid"
    subprocess.run([sys.executable, ROOT / "setup" / "npm_folder.py", ROOT / "bench" / "trifid"], check=True)
    config = folder / "config.yaml"
    config.write_text(TRIFID.format(base=BASE, port=port, data=data), encoding="utf-8")
    server = folder / "node_modules" / "trifid" / "server.js"
    command = [ROOT / "setup" / "node", Path(sys.executable).parent, "node", server, "-c", config]
    with started("trifid", command, f"http://127.0.0.1:{port}/query") as running:
        yield running


@contextmanager
def started(name: str, command: list[str | Path], url: str, patience: float = 120) -> Iterator[Server]:
    """Run a server until the block ends; it must answer an ASK within `patience` seconds."""
    log = PEERS.parent / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            wait_until_it_answers(process, url, patience, log)
            yield Server(name, url, process)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_until_it_answers(process: subprocess.Popen[bytes], url: str, patience: float, log: Path) -> None:
    """Ask until it answers; a server that ends instead is shown with its log."""
    ask = Request(url + "?query=ASK%7B%7D", headers={"Accept": "application/sparql-results+json"})
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"{' '.join(map(str, process.args))} ended:\n{log.read_text()[-2000:]}")
        try:
            with urlopen(ask, timeout=5):
                return
        except HTTPError as error:
            sys.exit(f"{url} answered {error.code} to ASK{{}}")
        except (URLError, OSError):
            time.sleep(0.1)
    sys.exit(f"{url} did not answer within {patience} s; see {log}")


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    """Memory of a server and its children: the proportional set size, in MB, so that shared pages count once."""
    total, waiting = 0.0, [str(process.pid)]
    for pid in waiting:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            children = [each.read_text().split() for each in Path(f"/proc/{pid}/task").glob("*/children")]
        except OSError:
            continue
        waiting += [child for some in children for child in some]  # of every thread that started one
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
    return total
