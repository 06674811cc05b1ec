// The words that only paper needs, in every locale that is shipped.

type Words = { readonly pageOf: readonly [string, string, string]; readonly made: string; readonly firstRows: string; readonly noFont: string };

const WORDS: { readonly [locale: string]: Words } = {
  en: { pageOf: ["Page ", " of ", ""], made: "Made on {0}", firstRows: "The first {0} of {1} rows; the live report has all.", noFont: "No Chinese typeface is installed on the server." },
  pt: { pageOf: ["Página ", " de ", ""], made: "Criado em {0}", firstRows: "As primeiras {0} de {1} linhas; o relatório on-line tem todas.", noFont: "Não há fonte chinesa instalada no servidor." },
  es: { pageOf: ["Página ", " de ", ""], made: "Creado el {0}", firstRows: "Las primeras {0} de {1} filas; el informe en línea las tiene todas.", noFont: "No hay tipografía china instalada en el servidor." },
  ro: { pageOf: ["Pagina ", " din ", ""], made: "Creat la {0}", firstRows: "Primele {0} din {1} rânduri; raportul online le are pe toate.", noFont: "Pe server nu este instalat niciun font chinezesc." },
  el: { pageOf: ["Σελίδα ", " από ", ""], made: "Δημιουργήθηκε στις {0}", firstRows: "Οι πρώτες {0} από {1} γραμμές· η ζωντανή αναφορά τις έχει όλες.", noFont: "Δεν υπάρχει κινεζική γραμματοσειρά στον διακομιστή." },
  "zh-Hans": { pageOf: ["第 ", " 页，共 ", " 页"], made: "生成于 {0}", firstRows: "前 {0} 行，共 {1} 行；在线报表中有全部。", noFont: "服务器上没有安装中文字体。" },
};

export const paperWords = (locale: string): Words => WORDS[locale] ?? (WORDS["en"] as Words);
