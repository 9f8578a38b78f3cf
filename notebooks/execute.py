"""Executes notebooks headless, shows what they say on stderr, and fails on every exception, also on one thrown late.

    python3 notebooks/execute.py [notebook.ipynb ...] [--out FOLDER]

It needs nbclient and nbformat, which Debian's jupyter-nbconvert brings; without them it says so and leaves. tslab answers an
exception or a type error with an error status and words on stderr, and one thrown after its cell only with words that belong to
a cell already done, which nbclient drops: two cells of our own, before the first and after the last, catch those.
"""

import argparse
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
DEBIAN = "/usr/bin/python3"

try:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
except ImportError:
    if sys.executable != DEBIAN and os.path.exists(DEBIAN) and "WEAK_LIMIT_DEBIAN" not in os.environ:
        os.execve(DEBIAN, [DEBIAN, __file__, *sys.argv[1:]], {**os.environ, "WEAK_LIMIT_DEBIAN": "1"})
    print("skipped: notebooks need nbclient (Debian: apt-get install --no-install-recommends jupyter-nbconvert)")
    sys.exit(0)

LISTEN = """
(globalThis as any).thrownLate = [];
process.on('uncaughtException', (error) => { (globalThis as any).thrownLate.push(error); });
process.on('unhandledRejection', (error) => { (globalThis as any).thrownLate.push(error); });
"""

REPORT = """
await new Promise((resolve) => setTimeout(resolve, 500));
for (const error of (globalThis as any).thrownLate) console.error('thrown late:', error);
if ((globalThis as any).thrownLate.length > 0) throw new Error('exceptions were thrown late');
"""


def execute(path, out):
    notebook = nbformat.read(path, as_version=4)
    own = notebook.cells
    notebook.cells = [nbformat.v4.new_code_cell(LISTEN), *own, nbformat.v4.new_code_cell(REPORT)]
    client = NotebookClient(notebook, kernel_name="tslab", timeout=300, resources={"metadata": {"path": str(path.parent)}})
    failed = False
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        failed = True
        print(f"{path.name}: {type(error).__name__}", file=sys.stderr)
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                print(f"{path.name}, cell {number}, stderr:\n{output.text}", file=sys.stderr)
    notebook.cells = own
    out.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, out / path.name)
    print(f"{path.name}: {'failed' if failed else 'executed'}, see {out / path.name}")
    return not failed


def main():
    parser = argparse.ArgumentParser(description="Executes notebooks headless.")
    parser.add_argument("notebooks", nargs="*", type=pathlib.Path, default=sorted(HERE.glob("*.ipynb")))
    parser.add_argument("--out", type=pathlib.Path, default=HERE.parent / "out" / "notebooks")
    options = parser.parse_args()
    os.environ["JUPYTER_PATH"] = str(HERE / ".jupyter")
    results = [execute(path.resolve(), options.out) for path in options.notebooks]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
