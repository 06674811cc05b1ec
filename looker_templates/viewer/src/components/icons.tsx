// The pictures on buttons; each stands beside a word or has a name of its own.

import type { JSX } from "preact";

const SHAPES = {
  dots: "M3.4 8h.01M8 8h.01M12.6 8h.01",
  table: "M2 3.5h12v9H2zM2 6.6h12M6.4 6.6v5.9",
  chart: "M2.5 13.5h11M4.5 13.5v-4M8 13.5v-9M11.5 13.5V7",
  download: "M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.3h11",
  picture: "M2 3h12v10H2zM2.4 11.4l3.4-3.6 2.6 2.6 2-1.8 3.2 3M10.6 6h.01",
  about: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.4v3.4M8 5.1h.01",
  explore: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.4 10.4l3.4 3.4",
  share: "M8 10V2.2M5 4.8l3-2.8 3 2.8M3.5 8v5.5h9V8",
  link: "M6.6 9.4l2.8-2.8M7.2 4.6l1.4-1.4a2.8 2.8 0 0 1 4 4l-1.4 1.4M8.8 11.4l-1.4 1.4a2.8 2.8 0 0 1-4-4l1.4-1.4",
  globe: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2 8h12M8 2c2.2 2.2 2.2 9.8 0 12M8 2c-2.2 2.2-2.2 9.8 0 12",
  reports: "M3 2.5h6.5L13 6v7.5H3zM9.3 2.7V6.2H13M5.5 9h5M5.5 11.3h3.4",
  filter: "M2 3.5h12M4.4 8h7.2M6.8 12.5h2.4",
  present: "M1.8 2.5h12.4v8.2H1.8zM8 10.7v2.8M5.2 13.5h5.6",
  note: "M2.2 2.8h11.6v8H7.4L4.4 13.4v-2.6H2.2z",
  back: "M10 3 5 8l5 5",
  forward: "M6 3l5 5-5 5",
  full: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
} as const;

export const Icon = ({ name }: { readonly name: keyof typeof SHAPES }): JSX.Element => (
  <svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width={name === "dots" ? 2.4 : 1.4} stroke-linecap="round" stroke-linejoin="round">
    <path d={SHAPES[name]} />
  </svg>
);

export const Logo = (): JSX.Element => (
  <svg class="logo" width="30" height="30" viewBox="0 0 30 30" aria-hidden="true">
    <rect width="30" height="30" rx="8" />
    <path d="M8 21v-7M13 21V9M18 21v-9M23 21v-5" />
  </svg>
);
