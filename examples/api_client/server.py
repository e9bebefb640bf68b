"""A shop's API to try the client on: pages of orders and rates of currencies. Each address fails at first, as servers do.

python3 server.py [PORT]      prints its address; port 0, the default, takes a free one
"""
import collections
import http.server
import json
import sys
import urllib.parse

ORDERS = [{'id': i, 'currency': ('EUR', 'KRW', 'USD')[i % 3], 'amount': i} for i in range(100)]
RATES = {'EUR': 1.0, 'KRW': 0.0007, 'USD': 0.9}
PAGE = 20
asked = collections.Counter()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        asked[self.path] += 1
        if asked[self.path] == 1:
            return self.answer(503, {'error': 'warming up'}, {'Retry-After': '0'})
        if self.headers['Authorization'] != 'Bearer a-token':
            return self.answer(401, {'error': 'who are you?'})
        url = urllib.parse.urlsplit(self.path)
        if url.path == '/orders':
            begin = int(urllib.parse.parse_qs(url.query).get('cursor', ['0'])[0])
            end = begin + PAGE
            return self.answer(200, {'orders': ORDERS[begin:end], 'next': str(end) if end < len(ORDERS) else ''})
        if url.path.startswith('/rates/') and url.path[7:] in RATES:
            return self.answer(200, {'rate': RATES[url.path[7:]]})
        return self.answer(404, {'error': 'no such page'})

    def answer(self, status, document, headers={}):
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {'Content-Type': 'application/json', 'Content-Length': str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
print(f'http://127.0.0.1:{server.server_port}', flush=True)
server.serve_forever()
