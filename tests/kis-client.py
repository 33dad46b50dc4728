#!/usr/bin/env python3
"""A client of Korea Investment's API that shares nothing with ours.

Only the standard library, in the shape of the firm's own samples: headers
read in lower case, texts for numbers, the socket's frames by hand.  Prints
what it hears, a line each; ends after so many messages that are data.

    kis-client.py REST SOCKET CODE MESSAGES
"""
import base64
import http.client
import json
import os
import socket
import struct
import subprocess
import sys
from collections import namedtuple
from urllib.parse import urlsplit

KEY, SECRET = "PS" + "x" * 34, "s" * 180


def post(rest, path, body, headers=None):
    at = urlsplit(rest)
    c = http.client.HTTPConnection(at.hostname, at.port, timeout=10)
    c.request("POST", path, json.dumps(body),
              {"content-type": "application/json", **(headers or {})})
    r = c.getresponse()
    lower = {k: v for k, v in r.getheaders() if k.islower()}
    return json.loads(r.read()), namedtuple("Header", lower)(**lower)


class WebSocket:
    """As much of RFC 6455 as a client needs."""

    def __init__(self, url):
        at = urlsplit(url)
        self.s = socket.create_connection((at.hostname, at.port), timeout=20)
        key = base64.b64encode(os.urandom(16)).decode()
        self.s.sendall((f"GET /tryitout HTTP/1.1\r\nHost: {at.netloc}\r\n"
                        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                        f"Sec-WebSocket-Key: {key}\r\n"
                        "Sec-WebSocket-Version: 13\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.s.recv(1)
        assert head.startswith(b"HTTP/1.1 101"), head

    def exactly(self, n):
        data = b""
        while len(data) < n:
            more = self.s.recv(n - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def send(self, text, opcode=1):
        data, mask = text.encode(), os.urandom(4)
        size = (struct.pack("!B", 0x80 | len(data)) if len(data) < 126
                else struct.pack("!BH", 0x80 | 126, len(data)))
        self.s.sendall(bytes([0x80 | opcode]) + size + mask +
                       bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        first, n = self.exactly(2)
        if n == 126:
            n, = struct.unpack("!H", self.exactly(2))
        elif n == 127:
            n, = struct.unpack("!Q", self.exactly(8))
        if first & 15 == 8:
            raise EOFError
        return self.exactly(n).decode()


def decrypt(text, key, iv):
    return subprocess.run(
        ["openssl", "enc", "-d", "-aes-256-cbc", "-a", "-A",
         "-K", key.encode().hex(), "-iv", iv.encode().hex()],
        input=text.encode(), capture_output=True, check=True).stdout.decode()


def main(rest, url, code, messages):
    token, _ = post(rest, "/oauth2/tokenP", {
        "grant_type": "client_credentials", "appkey": KEY,
        "appsecret": SECRET})
    approval, _ = post(rest, "/oauth2/Approval", {
        "grant_type": "client_credentials", "appkey": KEY,
        "secretkey": SECRET})
    ws = WebSocket(url)
    for tr_id, key in (("H0STCNI0", "sandbox"), ("H0STCNT0", code)):
        ws.send(json.dumps({
            "header": {"approval_key": approval["approval_key"],
                       "custtype": "P", "tr_type": "1",
                       "content-type": "utf-8"},
            "body": {"input": {"tr_id": tr_id, "tr_key": key}}}))
    keys, left = {}, messages
    while left > 0:
        text = ws.receive()
        if text[0] == "{":
            doc = json.loads(text)
            name = doc["header"]["tr_id"]
            if name == "PINGPONG":
                ws.send(text, opcode=10)
                continue
            keys[name] = doc["body"].get("output")
            print(name, doc["body"]["msg1"], flush=True)
            if len(keys) == 2:
                answer, lower = post(
                    rest, "/uapi/domestic-stock/v1/trading/order-cash", {
                        "CANO": "12345678", "ACNT_PRDT_CD": "01",
                        "PDNO": code, "ORD_DVSN": "01", "ORD_QTY": "3",
                        "ORD_UNPR": "0"},
                    {"authorization": "Bearer " + token["access_token"],
                     "appkey": KEY, "appsecret": SECRET,
                     "tr_id": "TTTC0012U", "custtype": "P"})
                print("order", answer["rt_cd"], answer["output"]["ODNO"],
                      lower.tr_id, flush=True)
            continue
        flag, name, count, rest_of = text.split("|", 3)
        if flag == "1":
            rest_of = decrypt(rest_of, keys[name]["key"], keys[name]["iv"])
        fields = rest_of.split("^")
        print(name, int(count), len(fields) // int(count), *fields[8:14],
              flush=True)
        left -= 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
