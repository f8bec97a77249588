/**
 * Stands in for the package `whatwg-url`, which node-fetch loads for Node.js before version 10 and does not use where Node
 * has a URL of its own: a quarter of a megabyte of the names that domains may have.
 */
export default { URL };
