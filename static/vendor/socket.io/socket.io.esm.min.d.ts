// Points the type checker at the declarations of the npm package; `paths` in tests/js/tsconfig.json finds it.
export { Manager, Socket, io, io as default, protocol } from "socket.io-client";
export type { ManagerOptions, SocketOptions } from "socket.io-client";
