// A slow network: a proxy that counts every byte, those of the service worker too.
import http from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** 400 kbit/s with 400 ms on the way, for all connections together. */
const RATE = 50; // bytes a millisecond
const LATENCY = 400;

export async function slowNetwork() {
  let free = 0;
  const sockets = new Set();
  const log = [];
  /** Waits until the line has carried so many bytes. */
  const carry = async (bytes) => {
    free = Math.max(free, performance.now()) + bytes / RATE;
    await pause(free - performance.now());
  };
  const proxy = http.createServer(async (request, response) => {
    await pause(LATENCY);
    const { hostname, port, pathname, search } = new URL(request.url);
    const onward = http.request({ hostname, port, path: pathname + search, method: request.method, headers: request.headers });
    onward.on("response", async (answer) => {
      const head = JSON.stringify(answer.rawHeaders).length;
      await carry(head);
      response.writeHead(answer.statusCode, answer.rawHeaders);
      response.flushHeaders();
      let body = 0;
      for await (const chunk of answer) {
        await carry(chunk.length);
        body += chunk.length;
        response.write(chunk);
      }
      response.end();
      log.push(`${pathname} ${head + body}`);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  proxy.on("connection", (socket) => {
    sockets.add(socket);
    socket.pause(); // a new connection costs one way there and back
    setTimeout(() => socket.resume(), LATENCY);
  });
  await new Promise((done) => proxy.listen(0, "127.0.0.1", done));
  const total = () => [...sockets].reduce((sum, it) => sum + it.bytesWritten, 0);
  let before = 0;
  return {
    server: `http://127.0.0.1:${proxy.address().port}`,
    /** Bytes that came since the last question, and what for. */
    take() {
      const bytes = total() - before;
      before = total();
      return { bytes, list: log.splice(0).join(", ") };
    },
    close() {
      proxy.closeAllConnections();
      return new Promise((done) => proxy.close(done));
    },
  };
}
