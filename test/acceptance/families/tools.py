"""What the families' functions share."""
import struct
import subprocess
import zlib


complaints = []


def answers(work):
    """A handler that answers with what `work` returns, and with what its programs said on stderr."""

    def handler(event, context):
        return {"result": work(), "complaints": complaints}

    return handler


def run(*words, stdin=None, cwd="/tmp"):
    """A program's output."""
    done = subprocess.run(words, input=stdin, cwd=cwd, capture_output=True, text=True)
    complaints.extend(f"{words[0]}: {line}" for line in done.stderr.splitlines())
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: exit {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def colours(path):
    """How many different pixels a PNG file of 8 bits a channel has, and its size."""
    with open(path, "rb") as file:
        data = file.read()
    assert data.startswith(b"\x89PNG\r\n\x1a\n"), "no PNG file"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    assert depth == 8, f"{depth} bits a channel"
    step = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    raw, before, seen = zlib.decompress(packed), bytes(width * step), set()
    for row in range(height):
        start = row * (width * step + 1)
        before = unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + width * step]), before, step)
        seen.update(bytes(before[x : x + step]) for x in range(0, len(before), step))
    return {"width": width, "height": height, "colours": len(seen)}


def unfiltered(kind, line, above, step):
    for x in range(len(line)):
        left = line[x - step] if x >= step else 0
        corner = above[x - step] if x >= step else 0
        line[x] = (line[x] + (0, left, above[x], (left + above[x]) // 2, paeth(left, above[x], corner))[kind]) & 255
    return line


def paeth(left, above, corner):
    guess = left + above - corner
    return min((abs(guess - left), 0, left), (abs(guess - above), 1, above), (abs(guess - corner), 2, corner))[2]
