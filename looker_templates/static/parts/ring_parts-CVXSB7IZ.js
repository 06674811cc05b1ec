import"./chunk-7XSUMTZD.js";import"./chunk-QKA6EOBA.js";
