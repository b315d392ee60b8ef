/** An app that systemd runs. */
export interface ServiceUnit {
  /** Such as `edge`. */
  app: string;
  /** Names of units that start before it, and stop after it. */
  after: readonly string[];
  /** Path of this Node. */
  node: string;
  nodeFlags: readonly string[];
  /** The app's main file. */
  main: string;
  /** Where the project is: the folder of its configuration. */
  folder: string;
  config: string;
  /** File of variables. */
  environmentFile: string;
  user: string;
}

/** Folders that `ProtectHome=yes` would hide. */
const HOMES = /^\/(?:home|root|run\/user)(?:\/|$)/;

/**
 * What systemd needs to run an app: as a user without rights, that sees the file system read-only but for its own folders. Not
 * `MemoryDenyWriteExecute`: V8 compiles to memory that it then runs.
 */
export function serviceUnit(unit: ServiceUnit): string {
  const { app, after, node, nodeFlags, main, folder, config, environmentFile, user } = unit;
  const isHome = [folder, node, main, config, environmentFile].some((path) => HOMES.test(path));
  const command = [node, ...nodeFlags, main].map(quote).join(" ");
  return `[Unit]
Description=Hookgate ${app}
Wants=network-online.target
After=${["network-online.target", ...after].join(" ")}

[Service]
Type=exec
User=${user}
WorkingDirectory=${escapePercent(folder)}
Environment=${quote(`HOOKGATE_CONFIG=${config}`)}
Environment=DATA_DIR=/var/lib/hookgate NODE_COMPILE_CACHE=/var/cache/hookgate NODE_ENV=production
EnvironmentFile=${escapePercent(environmentFile)}
ExecStart=${command}
ExecReload=/bin/sh -c "kill -HUP $MAINPID"
Restart=always
RestartSec=1
# A mistake that starting again does not mend.
RestartPreventExitStatus=2
# It drains within five seconds. Only the app is told: handlers that run finish.
TimeoutStopSec=10
KillMode=mixed
LimitNOFILE=65536

StateDirectory=hookgate
StateDirectoryMode=0700
CacheDirectory=hookgate
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=${isHome ? "read-only" : "yes"}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`;
}

/** A word of a command, or an assignment: systemd reads quotes, backslashes, `%` and `$`. */
function quote(word: string): string {
  const escaped = escapePercent(word).replaceAll("$", "$$$$");
  if (/^[\w@%+=:,./-]+$/.test(escaped)) return escaped;
  return `"${escaped.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function escapePercent(text: string): string {
  return text.replaceAll("%", "%%");
}
