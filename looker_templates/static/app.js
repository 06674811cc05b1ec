import{a as o,d as r}from"./parts/chunk-AOZ7Y5YT.js";import"./parts/chunk-753AUHZI.js";r();o().then(()=>import("./parts/main-ZAJVU2AE.js")).then(({show:e})=>e());
