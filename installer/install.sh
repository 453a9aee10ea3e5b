#!/bin/sh
# Installs watchfloor from the wheels beside this script into a folder of its own; uses no network.
#
#   sh install.sh            into venv beside this script
#   sh install.sh /opt/wf    into /opt/wf
#   PYTHON=python3.12 sh install.sh
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=${1:-"$here/venv"}
python=${PYTHON:-python3}
served="@PYTHONS@"

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') || {
  echo "install.sh: $python does not run; expected Python, one of $served; name it: PYTHON=python3.12 sh install.sh" >&2
  exit 2
}
case " $served " in
  *" $version "*) ;;
  *)
    echo "install.sh: $python is Python $version; expected one of $served; name another: PYTHON=python3.12 sh install.sh" >&2
    exit 2
    ;;
esac

if command -v sha256sum >/dev/null; then
  (cd "$here" && sha256sum --check --quiet SHA256SUMS) || {
    echo "install.sh: the files named above are missing or damaged; copy the folder again" >&2
    exit 1
  }
fi

"$python" -m venv "$target" || {
  echo "install.sh: $python -m venv failed; on Debian and Ubuntu install the package python3-venv" >&2
  exit 1
}
"$target/bin/python" -m pip --isolated --disable-pip-version-check install --quiet --no-index \
  --find-links "$here/wheels" --constraint "$here/constraints.txt" watchfloor
"$target/bin/watchfloor" doctor
echo "installed: $target/bin/watchfloor"
