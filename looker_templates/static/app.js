import{b as i}from"./parts/chunk-25FJVPCA.js";import"./parts/chunk-TE3W7YK2.js";import"./parts/chunk-GTVXAEIX.js";i();import("./parts/main-5FAECU5V.js").then(({show:o})=>o());
