"use strict";
// Reads { grammar, files } from standard input; gives for each file the [start, end, scopes] of each token.
const fs = require("fs");
const path = require("path");
const modules = process.argv[2];
const onig = require(path.join(modules, "vscode-oniguruma"));
const tm = require(path.join(modules, "vscode-textmate"));

async function main() {
  const asked = JSON.parse(fs.readFileSync(0, "utf-8"));
  await onig.loadWASM(fs.readFileSync(path.join(modules, "vscode-oniguruma/release/onig.wasm")).buffer);
  const registry = new tm.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new onig.OnigScanner(patterns),
      createOnigString: (text) => new onig.OnigString(text),
    }),
    loadGrammar: async () => tm.parseRawGrammar(fs.readFileSync(asked.grammar, "utf-8"), asked.grammar),
  });
  const grammar = await registry.loadGrammar("source.synth");
  const found = asked.texts.map((text) => {
    let stack = tm.INITIAL;
    let at = 0;
    const tokens = [];
    for (const line of text.split("\n")) {
      const read = grammar.tokenizeLine(line, stack);
      for (const t of read.tokens) {
        tokens.push([at + t.startIndex, at + Math.min(t.endIndex, line.length), t.scopes.join(" ")]);
      }
      stack = read.ruleStack;
      at += line.length + 1;
    }
    return tokens;
  });
  process.stdout.write(JSON.stringify(found));
}

main();
