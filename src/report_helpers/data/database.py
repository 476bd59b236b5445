"""A database by its URL: connected to for reading alone, its session in UTC, its tables named."""

from __future__ import annotations

import os
import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from report_helpers.errors import ConfigurationError, DataError

SPARK = "pyspark"
STDERR = 2  # its file descriptor, which processes started from here share
_SESSION = {
    "duckdb": ("SET TimeZone = 'UTC'",),
    "postgres": ("SET TimeZone = 'UTC'", "SET default_transaction_read_only = on"),
}
_LOCAL = {
    "spark.master": "local[*]",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",  # the default of 200 is for clusters
}
_INSTALL = {"postgres": "'marsale-report-kit[postgres]'", SPARK: SPARK}


def is_url(location: str) -> bool:
    """Return whether a location is a URL; ``C://data`` is a drive of Windows.

    Examples
    --------
    >>> is_url("postgres://ann@host/crm"), is_url("C://data"), is_url("sample")
    (True, False, False)
    """
    return re.match(r"[a-zA-Z][\w+.]+://", location) is not None


def connect(url: str) -> Any:
    """Return Ibis' backend for a database, ready to be read.

    Parameters
    ----------
    url : as `Ibis`_ takes it, such as ``postgres://user@host/database/schema``; or
        ``pyspark://local/database?path=folder``, see :func:`_spark`.

    Raises
    ------
    ConfigurationError
        When the driver is not installed, or the URL asks for what there is not.
    DataError
        When the database does not answer. The message never tells a secret of the URL.


    .. _Ibis: https://ibis-project.org/backends/
    """
    shown, scheme = without_secrets(url), urlsplit(url).scheme.replace("postgresql", "postgres")
    try:
        backend = _spark(url) if scheme == SPARK else _connected(url)
        for statement in _SESSION.get(backend.name, ()):
            backend.raw_sql(statement)
        return backend
    except ConfigurationError:
        raise
    except ImportError as error:
        raise ConfigurationError(
            f"the driver is not installed ({str(error).splitlines()[0]})",
            where=shown,
            remedy=f"pip install {_INSTALL.get(scheme, f'ibis-framework[{scheme}]')}",
        ) from None
    except Exception as error:  # noqa: BLE001 - each driver has errors of its own
        said = _hushed(str(error), url).splitlines() or [""]
        raise DataError(
            f"the database cannot be reached ({type(error).__name__}: {said[0]})",
            where=shown,
            remedy="check the address and the credentials",
        ) from None


def without_secrets(url: str) -> str:
    """Return a URL without the password and the values of its query.

    Examples
    --------
    >>> without_secrets("postgres://ann:secret@db:5432/crm?token=abc")
    'postgres://ann@db:5432/crm'
    """
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, user.split(":")[0] + at + host, parts.path, "", ""))


def _hushed(text: str, url: str) -> str:
    """Return what a driver said without the secrets of the URL."""
    parts = urlsplit(url)
    password = parts.password or ""
    values = [value for name, value in parse_qsl(parts.query) if name != "path"]
    secrets = [password, unquote(password), parts.query, *values]
    text = text.replace(url, without_secrets(url))
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text


def _connected(url: str) -> Any:
    import ibis

    parts = urlsplit(url)
    file = parts.netloc + parts.path
    if parts.scheme != "duckdb" or file in ("", ":memory:") or file.startswith("md:"):
        return ibis.connect(url)
    return ibis.connect(url, read_only=True)  # else a slip of the pen makes an empty file


def _spark(url: str) -> Any:
    """Return Spark: ``pyspark://[local]/[database]?path=FOLDER&spark.setting=value``.

    With ``local`` Spark runs on this machine; without it the session is the one that Spark's own
    configuration names, such as ``SPARK_REMOTE`` or ``spark-defaults.conf``. Of the folder each
    Parquet file, or subfolder of them, is a table.
    """
    import ibis

    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
    ibis.pyspark  # noqa: B018 - says what is missing before Spark itself is asked for
    from pyspark.sql import SparkSession

    parts = urlsplit(url)
    if parts.netloc not in ("", "local"):
        raise ConfigurationError(
            f"'{parts.netloc}' is no place where Spark runs",
            where=without_secrets(url),
            remedy="write pyspark://local, or pyspark:// and name the cluster in SPARK_REMOTE",
        )
    asked = dict(parse_qsl(parts.query))
    folder = asked.pop("path", "")
    places = sorted(Path(folder).iterdir()) if folder else []
    settings = (_LOCAL if parts.netloc else {}) | asked
    with _said_elsewhere():
        session = SparkSession.builder.appName("marsale").config(map=settings).getOrCreate()
    if parts.netloc:
        session.sparkContext.setLogLevel("ERROR")
    backend = ibis.pyspark.connect(session)
    if parts.path.strip("/"):
        session.catalog.setCurrentDatabase(parts.path.strip("/"))
    for place in places:
        if place.suffix in (".parquet", ".pq") or any(place.glob("*.parquet")):
            backend.read_parquet(place, table_name=place.stem)
    return backend


@contextmanager
def _said_elsewhere() -> Iterator[None]:
    """Keep what processes started meanwhile print as errors out of this one's, for good.

    A notebook shows all that is printed, so Java's words at its start would stand in the report.
    They are told if it does not start.
    """
    own = os.dup(STDERR)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), STDERR)
        try:
            yield
        except Exception as error:
            said.seek(0)
            lines = said.read().decode(errors="replace").split("\n")
            told = next((line.strip() for line in reversed(lines) if line.strip()), "")
            raise RuntimeError(f"{told} ({error})" if told else str(error)) from error
        finally:
            os.dup2(own, STDERR)
            os.close(own)
