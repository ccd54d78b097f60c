"""HTTPS clients in five runtimes, each a program that tries a list of addresses and prints a verdict for each.

A program is called with ``HOST:PORT`` arguments and prints one line for each: ``accepted``, or ``refused`` and why,
where the certificate was the reason, or ``failed`` and why. Host names are reached through the proxy that the
environment names; addresses directly.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["RUNTIMES", "verdicts"]

_CURL = """
for at in "$@"; do
  said=$(curl --silent --show-error --max-time 10 --output /dev/null "https://$at/" 2>&1)
  case $? in
    0) echo accepted ;;
    60) echo "refused $said" | tr '\\n' ' '; echo ;;
    *) echo "failed $said" | tr '\\n' ' '; echo ;;
  esac
done
"""

_PYTHON = """
import ssl, sys, urllib.error, urllib.request
for at in sys.argv[1:]:
    try:
        urllib.request.urlopen(f"https://{at}/", timeout=60).read()
        print("accepted")
    except urllib.error.URLError as fault:
        refused = isinstance(fault.reason, ssl.SSLCertVerificationError)
        print("refused" if refused else "failed", str(fault.reason).replace("\\n", " "))
"""

# Node 20's fetch heeds no proxy variable: the CONNECT is made by hand.
_NODE = """
const http = require("http"), net = require("net"), tls = require("tls");
const proxy = new URL(process.env.HTTPS_PROXY);
function reach(host, port) {
  return new Promise((done, fail) => {
    if (net.isIP(host)) { const s = net.connect(port, host, () => done(s)); s.on("error", fail); return; }
    const ask = http.request({host: proxy.hostname, port: proxy.port, method: "CONNECT", path: `${host}:${port}`});
    ask.on("connect", (answer, socket) => done(socket)).on("error", fail).end();
  });
}
async function attempt(at) {
  const [host, port] = at.split(":");
  const socket = await reach(host, +port);
  return new Promise((done) => {
    const name = net.isIP(host) ? {} : {servername: host};
    const secure = tls.connect({socket, host, ...name}, () => { secure.destroy(); done("accepted"); });
    secure.on("error", (fault) => {
      const about = /CERT|PERMITTED|EXCLUDED|permitted|excluded|path length/.test(`${fault.code} ${fault.message}`);
      done(`${about ? "refused" : "failed"} ${fault.code} ${fault.message}`);
    });
  });
}
(async () => { for (const at of process.argv.slice(2)) console.log(await attempt(at).catch((f) => `failed ${f}`)); })();
"""

_JAVA = """
import java.net.URL;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
public class Main {
  public static void main(String[] all) {
    for (String at : all) {
      try (var in = new URL("https://" + at + "/").openStream()) {
        in.readAllBytes();
        System.out.println("accepted");
      } catch (SSLHandshakeException fault) {
        boolean about = fault.getCause() instanceof CertificateException;
        System.out.println((about ? "refused " : "failed ") + fault.getMessage());
      } catch (Exception fault) {
        System.out.println("failed " + fault);
      }
    }
  }
}
"""

_GO = """
package main

import ("crypto/x509"; "errors"; "fmt"; "net/http"; "os"; "strings")

func main() {
	for _, at := range os.Args[1:] {
		answer, fault := http.Get("https://" + at + "/")
		if fault == nil { answer.Body.Close(); fmt.Println("accepted"); continue }
		var invalid x509.CertificateInvalidError
		var name x509.HostnameError
		var unknown x509.UnknownAuthorityError
		about := errors.As(fault, &invalid) || errors.As(fault, &name) || errors.As(fault, &unknown)
		verdict := "failed "
		if about { verdict = "refused " }
		fmt.Println(verdict + strings.ReplaceAll(fault.Error(), "\\n", " "))
	}
}
"""

RUNTIMES: Mapping[str, tuple[str, str, Sequence[str]]] = {
    "curl": ("client.sh", _CURL, ("sh", "client.sh")),
    "python": ("client.py", _PYTHON, (sys.executable, "client.py")),
    "node": ("client.js", _NODE, ("node", "client.js")),
    "java": ("Main.java", _JAVA, ("java", "-XX:TieredStopAtLevel=1", "Main.java")),
    "go": ("main.go", _GO, ("go", "run", "main.go")),
}
"""Runtime → the program's file, its source, and how it is run."""


def verdicts(runtime: str, folder: Path, environment: Mapping[str, str], addresses: Sequence[str]) -> list[str] | None:
    """What the runtime's client says of each address; None where the runtime is not at hand."""
    file, source, command = RUNTIMES[runtime]
    if shutil.which("curl" if runtime == "curl" else command[0]) is None:
        return None
    (folder / file).write_text(source)
    done = subprocess.run(
        [*command, *addresses], cwd=folder, env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(addresses), done.stderr
    return lines
