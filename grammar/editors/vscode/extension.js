"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

/** The program and what stands before its commands, from the settings. */
function command() {
  const words = vscode.workspace.getConfiguration("synth").get("command");
  return Array.isArray(words) && words.length > 0 ? words : ["synthc"];
}

function makeClient() {
  const [program, ...before] = command();
  const server = { command: program, args: [...before, "lsp"] };
  const options = { documentSelector: [{ scheme: "file", language: "synth" }, { scheme: "untitled", language: "synth" }] };
  return new LanguageClient("synth", "synth", server, options);
}

async function start() {
  client = makeClient();
  try {
    await client.start();
  } catch (error) {
    const hint = "The language server did not start. Install it: pip install 'synthdsl[lsp]', or set synth.command.";
    vscode.window.showErrorMessage(`${hint} (${error.message})`);
  }
}

async function stop() {
  const old = client;
  client = undefined;
  if (old) {
    await old.stop().catch(() => undefined);
  }
}

/** Shows the first rows of a dataset in a terminal; the words go to the program as they are, past any shell. */
function preview(file, dataset) {
  const [program, ...before] = command();
  const terminal = vscode.window.createTerminal({
    name: `rows of ${dataset}`,
    shellPath: program,
    shellArgs: [...before, "preview", file, "--dataset", dataset],
  });
  terminal.show();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("synthdsl.preview", preview),
    vscode.commands.registerCommand("synthdsl.restart", async () => {
      await stop();
      await start();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
