// `sae local` as a child process.
"use strict";

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const readline = require("node:readline");

const TIMEOUT = 10_000;

/** Starts the local server on a free port, hands its address to `use`, and ends it, whatever happens. */
async function withLocalServer(program, use) {
  const child = spawn(program, ["local", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  try {
    return await use(await address(child));
  } finally {
    child.kill("SIGINT");
    const late = setTimeout(() => child.kill("SIGKILL"), TIMEOUT);
    await ended;
    clearTimeout(late);
  }
}

async function address(child) {
  const late = setTimeout(() => child.kill("SIGKILL"), TIMEOUT);
  const { value: line } = await readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  clearTimeout(late);
  const found = /^listening (http:\/\/127\.0\.0\.1:\d+)$/.exec(line);
  if (!found) throw new Error(`the first line of \`sae local\` should tell its address, but is ${line}`);
  return found[1];
}

module.exports = { withLocalServer };
