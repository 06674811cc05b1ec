import{b as r,e as o}from"./parts/chunk-H765TDUM.js";import"./parts/chunk-753AUHZI.js";o();r().then(()=>import("./parts/main-FAAYHIVS.js")).then(({show:e})=>e());
