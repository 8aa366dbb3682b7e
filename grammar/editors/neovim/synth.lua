-- Neovim 0.11 or later: put this file into ~/.config/nvim/plugin/.
vim.filetype.add({ extension = { synth = "synth" } })

vim.lsp.config("synth", {
  cmd = { "synthc", "lsp" },
  filetypes = { "synth" },
  root_markers = { "synth.lock", "pyproject.toml", ".git" },
})
vim.lsp.enable("synth")

vim.api.nvim_create_autocmd("FileType", {
  pattern = "synth",
  callback = function()
    vim.bo.commentstring = "# %s"
    vim.bo.shiftwidth = 2
    vim.bo.expandtab = true
  end,
})

-- "Preview rows" over a dataset: the rows in a terminal below.
vim.lsp.commands["synthdsl.preview"] = function(command)
  local file, dataset = unpack(command.arguments)
  vim.cmd.new()
  vim.fn.jobstart({ "synthc", "preview", file, "--dataset", dataset }, { term = true })
end
