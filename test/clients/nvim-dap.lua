-- Neovim's nvim-dap as a client of the adapter, headless: launch, breakpoint, steps both ways, values, the console.
-- Run by hand, as nvim-dap is no part of this project:
--
--   NVIM_DAP=…/nvim-dap nvim --headless -u NONE -l test/clients/nvim-dap.lua
--   (before Neovim 0.9: nvim --headless -u NONE -c 'luafile test/clients/nvim-dap.lua')

local trace = vim.fn.getcwd() .. '/examples/linux-guest-hotplug-reboot.report.txt'
vim.opt.runtimepath:append(os.getenv('NVIM_DAP'))

local function say(text) io.stdout:write(text .. '\n') end
local function check(what, good)
	say((good and 'ok   ' or 'FAIL ') .. what)
	if not good then vim.cmd('cquit 1') end
end

local dap = require('dap')
dap.adapters.psci = { type = 'executable', command = 'node', args = { 'dist/psci-trace.mjs', 'dap' } }
dap.configurations.text = { { type = 'psci', request = 'launch', name = 'trace', program = trace } }

local stops = {}
dap.listeners.after.event_stopped['test'] = function(_, body) table.insert(stops, body) end
local function next_stop(what, act)
	local before = #stops
	act()
	check(what, vim.wait(10000, function()
		local session = dap.session()
		return #stops > before and session ~= nil and session.current_frame ~= nil and session.stopped_thread_id ~= nil
	end, 10))
	vim.wait(100)
	return dap.session().current_frame.line
end

vim.cmd('edit ' .. trace)
vim.bo.filetype = 'text'
require('dap.breakpoints').set({}, vim.api.nvim_get_current_buf(), 247)
local first = next_stop('launches and stops at the first call', function() dap.run(dap.configurations.text[1]) end)
check('at line 88, it is at ' .. first, first == 88)
local stepped = next_stop('steps', dap.step_over)
check('forwards, to ' .. stepped, stepped > first)
local back = next_stop('steps back', dap.step_back)
check('to where it was', back == first)
local hit = next_stop('continues', dap.continue)
check('to the breakpoint, it is at ' .. hit, hit == 247)
local start = next_stop('reverse continues', dap.reverse_continue)
check('to the start, it is at ' .. start, start < first)

-- nvim-dap of before 2024 takes a stop that it did not ask for as another thread's, and would continue.
dap.defaults.fallback.auto_continue_if_many_stopped = false
local before, line = #stops, nil
dap.session():evaluate('goto line 247', function() end)
check('the console moves', vim.wait(10000, function() return #stops > before end, 10))
dap.session():request('stackTrace', { threadId = stops[#stops].threadId }, function(_, body)
	line = body.stackFrames[1].line
end)
check('to where it was told', vim.wait(10000, function() return line == 247 end, 10))

local over = false
dap.listeners.after.event_terminated['test'] = function() over = true end
dap.terminate()
check('terminates', vim.wait(10000, function() return over or dap.session() == nil end, 10))
vim.cmd('quitall!')
