// Takes the place of @vscode/native-watchdog, a native module that ends the extension host when its server
// has died. The extension host also looks for its server every second by itself; that is enough here.

exports.start = () => {};
exports.exit = (code) => process.exit(code ?? 0);
