// Runs after `npm ci`, with whatever Node the scripts of package.json will get, so it is written for an old one.
// On Linux that is the pinned Node 24 of node_modules/.bin; elsewhere the machine's own must be new enough.
const needed = 24;
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(`Keytide runs its TypeScript as it is, which needs Node ${needed} or later; \`node\` in npm scripts is ${process.version} here.
On Linux with glibc (x64, arm64) npm installs one by itself, unless optional packages are left out (--omit=optional).
On ${process.platform}/${process.arch} without that, install Node ${needed} and run \`npm ci\` again.`);
  process.exit(1);
}
