"use strict";
// Runs the extension with stand-ins for the editor and the client library, and says what it asked of them.
const Module = require("module");
const said = { started: 0, stopped: 0, commands: {}, terminals: [], errors: [] };
const words = JSON.parse(process.argv[3]);
const editor = {
  workspace: { getConfiguration: () => ({ get: () => words }) },
  window: {
    createTerminal: (options) => (said.terminals.push(options), { show() {} }),
    showErrorMessage: (text) => said.errors.push(text),
  },
  commands: { registerCommand: (name, run) => ((said.commands[name] = run), { dispose() {} }) },
};
class LanguageClient {
  constructor(id, name, server, options) {
    said.server = server;
    said.selector = options.documentSelector;
  }
  async start() {
    said.started += 1;
    if (said.server.command === "missing") throw new Error("spawn missing ENOENT");
  }
  async stop() {
    said.stopped += 1;
  }
}
const load = Module._load;
Module._load = (name, ...rest) =>
  name === "vscode" ? editor : name === "vscode-languageclient/node" ? { LanguageClient } : load(name, ...rest);

async function main() {
  const extension = require(process.argv[2]);
  await extension.activate({ subscriptions: [] });
  said.commands["synthdsl.preview"]("/a b/x.synth", "tickets");
  await said.commands["synthdsl.restart"]();
  await extension.deactivate();
  said.commands = Object.keys(said.commands);
  process.stdout.write(JSON.stringify(said));
}

main();
