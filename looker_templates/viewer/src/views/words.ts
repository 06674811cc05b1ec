// The words that charts and tables use of themselves, in every locale that is shipped.

type Locale = "en" | "pt" | "es" | "ro" | "el" | "zh-Hans";
type Phrase = readonly [en: string, pt: string, es: string, ro: string, el: string, zh: string];

const ORDER: readonly Locale[] = ["en", "pt", "es", "ro", "el", "zh-Hans"];

const WORDS = {
  notSet: ["(not set)", "(não definido)", "(sin definir)", "(nedefinit)", "(χωρίς τιμή)", "（未设置）"],
  other: ["Other", "Outros", "Otros", "Altele", "Άλλα", "其他"],
  otherOf: ["Other ({0})", "Outros ({0})", "Otros ({0})", "Altele ({0})", "Άλλα ({0})", "其他（{0}）"],
  all: ["All", "Total", "Total", "Total", "Σύνολο", "总计"],
  yes: ["Yes", "Sim", "Sí", "Da", "Ναι", "是"],
  no: ["No", "Não", "No", "Nu", "Όχι", "否"],
  share: ["Share", "Parte", "Parte", "Pondere", "Μερίδιο", "占比"],
  change: ["Change", "Variação", "Variación", "Variație", "Μεταβολή", "变化"],
  goal: ["Goal", "Meta", "Objetivo", "Obiectiv", "Στόχος", "目标"],
  goalValue: ["Goal {0}", "Meta {0}", "Objetivo {0}", "Obiectiv {0}", "Στόχος {0}", "目标 {0}"],
  whatIs: ["What is {0}?", "O que é {0}?", "¿Qué es {0}?", "Ce este {0}?", "Τι είναι: {0};", "什么是{0}？"],
  versus: ["vs {0}", "vs. {0}", "frente a {0}", "față de {0}", "έναντι {0}", "对比 {0}"],
  noneBefore: ["no value before", "sem valor anterior", "sin valor anterior", "fără valoare anterioară", "χωρίς προηγούμενη τιμή", "上期无数值"],
  status: ["Status", "Status", "Estado", "Stare", "Κατάσταση", "状态"],
  onGoal: ["On goal", "Meta atingida", "En objetivo", "La obiectiv", "Εντός στόχου", "达标"],
  nearGoal: ["Near goal", "Perto da meta", "Cerca del objetivo", "Aproape de obiectiv", "Κοντά στον στόχο", "接近目标"],
  offGoal: ["Off goal", "Fora da meta", "Fuera de objetivo", "Sub obiectiv", "Εκτός στόχου", "未达标"],
  noGoal: ["No goal", "Sem meta", "Sin objetivo", "Fără obiectiv", "Χωρίς στόχο", "无目标"],
  good: ["Good", "Bom", "Bien", "Bun", "Καλό", "良好"],
  watch: ["Watch", "Atenção", "Vigilar", "De urmărit", "Προσοχή", "关注"],
  bad: ["Bad", "Ruim", "Mal", "Slab", "Κακό", "不佳"],
  within: ["Within", "Dentro", "Dentro", "În limite", "Εντός", "范围内"],
  outside: ["Outside", "Fora", "Fuera", "În afara limitelor", "Εκτός", "超出范围"],
  slaOk: ["On time", "No prazo", "A tiempo", "În termen", "Εντός χρόνου", "按时"],
  slaDue: ["Due in 24 hours", "Vence em 24 horas", "Vence en 24 horas", "Scadent în 24 de ore", "Λήγει σε 24 ώρες", "24 小时内到期"],
  slaBreached: ["Overdue", "Fora do prazo", "Fuera de plazo", "Termen depășit", "Εκπρόθεσμο", "已超时"],
  slaNone: ["No promise", "Sem prazo", "Sin plazo", "Fără termen", "Χωρίς δέσμευση", "无承诺"],
  noData: ["Not enough data", "Dados insuficientes", "Datos insuficientes", "Date insuficiente", "Ανεπαρκή δεδομένα", "数据不足"],
  excellent: ["Excellent", "Excelente", "Excelente", "Excelent", "Εξαιρετικό", "优秀"],
  veryGood: ["Very good", "Muito bom", "Muy bueno", "Foarte bun", "Πολύ καλό", "很好"],
  reasonable: ["Reasonable", "Razoável", "Razonable", "Rezonabil", "Ικανοποιητικό", "尚可"],
  needsWork: ["Needs work", "Precisa melhorar", "Por mejorar", "De îmbunătățit", "Χρειάζεται βελτίωση", "需改进"],
  event: ["Event", "Evento", "Evento", "Eveniment", "Γεγονός", "事件"],
  cause: ["Cause", "Causa", "Causa", "Cauză", "Αιτία", "原因"],
  action: ["Action", "Ação", "Acción", "Acțiune", "Ενέργεια", "行动"],
  release: ["Release", "Lançamento", "Lanzamiento", "Lansare", "Κυκλοφορία", "发布"],
  incident: ["Incident", "Incidente", "Incidente", "Incident", "Συμβάν", "故障"],
  campaign: ["Campaign", "Campanha", "Campaña", "Campanie", "Καμπάνια", "营销活动"],
  holiday: ["Holiday", "Feriado", "Festivo", "Sărbătoare", "Αργία", "节假日"],
  note: ["Note", "Nota", "Nota", "Notă", "Σημείωση", "备注"],
  green: ["Green", "Verde", "Verde", "Verde", "Πράσινο", "绿色"],
  amber: ["Amber", "Amarelo", "Ámbar", "Galben", "Κίτρινο", "黄色"],
  red: ["Red", "Vermelho", "Rojo", "Roșu", "Κόκκινο", "红色"],
  soFar: ["{0}, so far", "{0}, até agora", "{0}, hasta ahora", "{0}, până acum", "{0}, έως τώρα", "{0}，截至目前"],
  keySoFar: ["So far", "Até agora", "Hasta ahora", "Până acum", "Έως τώρα", "截至目前"],
  forecast: ["Forecast", "Previsão", "Previsión", "Prognoză", "Πρόβλεψη", "预测"],
  band: ["Likely range", "Intervalo provável", "Rango probable", "Interval probabil", "Πιθανό εύρος", "可能区间"],
  spike: ["Unusual value", "Valor incomum", "Valor inusual", "Valoare neobișnuită", "Ασυνήθιστη τιμή", "异常值"],
  period: ["Period", "Período", "Periodo", "Perioadă", "Περίοδος", "时期"],
  notes: ["Notes", "Notas", "Notas", "Note", "Σημειώσεις", "备注"],
  week: ["Week {0}, {1}", "Semana {0}, {1}", "Semana {0}, {1}", "Săptămâna {0}, {1}", "Εβδομάδα {0}, {1}", "第 {0} 周，{1}"],
  quarter: ["Q{0} {1}", "{0}º tri. {1}", "T{0} {1}", "T{0} {1}", "{0}ο τρίμ. {1}", "{1}年第{0}季度"],
  mean: ["Average {0}", "Média {0}", "Media {0}", "Medie {0}", "Μέσος όρος {0}", "平均 {0}"],
  step: ["Step", "Etapa", "Etapa", "Etapă", "Βήμα", "步骤"],
  fromStep: ["Of the step before", "Da etapa anterior", "De la etapa anterior", "Din etapa anterioară", "Του προηγούμενου βήματος", "占上一步"],
  fromFirst: ["Of the first step", "Da primeira etapa", "De la primera etapa", "Din prima etapă", "Του πρώτου βήματος", "占第一步"],
  target: ["Target", "Meta", "Objetivo", "Țintă", "Στόχος", "目标"],
  pace: ["Pace", "Ritmo", "Ritmo", "Ritm", "Ρυθμός", "进度"],
  reached: ["Reached", "Atingido", "Alcanzado", "Atins", "Επιτεύχθηκε", "完成率"],
  value: ["Value", "Valor", "Valor", "Valoare", "Τιμή", "值"],
  part: ["Part", "Componente", "Componente", "Componentă", "Στοιχείο", "组成"],
  weight: ["Weight", "Peso", "Peso", "Pondere", "Βάρος", "权重"],
  contribution: ["Contribution", "Contribuição", "Contribución", "Contribuție", "Συνεισφορά", "贡献"],
  notAvailable: ["Not available; its weight is shared out", "Indisponível; o peso foi redistribuído", "No disponible; su peso se reparte", "Indisponibil; ponderea este redistribuită", "Μη διαθέσιμο· το βάρος του κατανέμεται", "缺失，权重已重新分配"],
  change30: ["{0} in 30 days", "{0} em 30 dias", "{0} en 30 días", "{0} în 30 de zile", "{0} σε 30 ημέρες", "30 天内 {0}"],
  in30: ["in 30 days", "em 30 dias", "en 30 días", "în 30 de zile", "σε 30 ημέρες", "30 天内"],
  outOf: ["of {0}", "de {0}", "de {0}", "din {0}", "από {0}", "满分 {0}"],
  metric: ["Metric", "Métrica", "Métrica", "Indicator", "Δείκτης", "指标"],
  most: ["Largest {0}", "Maior {0}", "Mayor {0}", "Cel mai mare: {0}", "Μεγαλύτερο: {0}", "最多的{0}"],
  more: ["and {0} more", "e mais {0}", "y {0} más", "și încă {0}", "και {0} ακόμη", "以及另外 {0} 项"],
  none: ["no values", "sem valores", "sin valores", "fără valori", "χωρίς τιμές", "无数值"],
  highest: ["highest {0} ({1})", "máximo {0} ({1})", "máximo {0} ({1})", "maxim {0} ({1})", "υψηλότερη {0} ({1})", "最高 {0}（{1}）"],
  lowest: ["lowest {0} ({1})", "mínimo {0} ({1})", "mínimo {0} ({1})", "minim {0} ({1})", "χαμηλότερη {0} ({1})", "最低 {0}（{1}）"],
  firstOf: ["The first {0} of {1}; the table view has all.", "As primeiras {0} de {1}; a tabela tem todas.", "Las primeras {0} de {1}; la tabla las tiene todas.", "Primele {0} din {1}; tabelul le are pe toate.", "Οι πρώτες {0} από {1}· ο πίνακας τις έχει όλες.", "前 {0} 项，共 {1} 项；表格视图中有全部。"],
  largestOf: ["The largest {0} of {1}.", "As maiores {0} de {1}.", "Las mayores {0} de {1}.", "Cele mai mari {0} din {1}.", "Οι μεγαλύτερες {0} από {1}.", "最大的 {0} 项，共 {1} 项。"],
  fewBars: ["Pale: fewer than {0} {1}.", "A claro: menos de {0} {1}.", "En claro: menos de {0} {1}.", "Deschis: mai puțin de {0} {1}.", "Ανοιχτό χρώμα: λιγότερα από {0} {1}.", "浅色：{1}少于 {0}。"],
  unknownPlaces: ["Not on the map: {0}.", "Fora do mapa: {0}.", "Fuera del mapa: {0}.", "Nu sunt pe hartă: {0}.", "Εκτός χάρτη: {0}.", "不在地图上：{0}。"],
  onlyOne: ["Against {0}.", "Em relação a {0}.", "Frente a {0}.", "Față de {0}.", "Σε σχέση με {0}.", "对比 {0}。"],
  previousPage: ["Previous page", "Página anterior", "Página anterior", "Pagina anterioară", "Προηγούμενη σελίδα", "上一页"],
  nextPage: ["Next page", "Próxima página", "Página siguiente", "Pagina următoare", "Επόμενη σελίδα", "下一页"],
  rowsOf: ["{0}–{1} of {2}", "{0}–{1} de {2}", "{0}–{1} de {2}", "{0}–{1} din {2}", "{0}–{1} από {2}", "第 {0}–{1} 项，共 {2} 项"],
  lacks: ["Not available in this data: {0}.", "Não disponível nestes dados: {0}.", "No disponible en estos datos: {0}.", "Indisponibil în aceste date: {0}.", "Μη διαθέσιμο σε αυτά τα δεδομένα: {0}.", "数据中没有：{0}。"],
  nothing: ["No values in this period", "Sem valores neste período", "Sin valores en este periodo", "Nicio valoare în această perioadă", "Καμία τιμή σε αυτή την περίοδο", "此时期没有数值"],
  noneOf: ["No {0} in this period", "Sem {0} neste período", "Sin {0} en este periodo", "Fără {0} în această perioadă", "Χωρίς {0} σε αυτή την περίοδο", "此时期没有{0}"],
  never: ["Not available in this data", "Não disponível nestes dados", "No disponible en estos datos", "Indisponibil în aceste date", "Μη διαθέσιμο σε αυτά τα δεδομένα", "数据中没有"],
  connect: ["Connect a source that has it, or map a column of a file to it.", "Conecte uma fonte que o tenha ou associe a ele uma coluna de um arquivo.", "Conecte una fuente que lo tenga o asígnele una columna de un archivo.", "Conectați o sursă care îl are sau asociați-i o coloană dintr-un fișier.", "Συνδέστε μια πηγή που το έχει ή αντιστοιχίστε του μια στήλη αρχείου.", "请连接包含该字段的数据源，或将文件的一列映射到它。"],
  elsewhen: ["Other periods have it.", "Outros períodos têm.", "Otros periodos lo tienen.", "Alte perioade îl au.", "Άλλες περίοδοι το έχουν.", "其他时期有数据。"],
  lacksPoints: ["Needs {0} values; has {1}.", "Precisa de {0} valores; tem {1}.", "Necesita {0} valores; tiene {1}.", "Necesită {0} valori; are {1}.", "Χρειάζεται {0} τιμές· έχει {1}.", "需要 {0} 个值，现有 {1} 个。"],
  tooLittle: ["Not enough data for this chart", "Dados insuficientes para este gráfico", "Datos insuficientes para este gráfico", "Date insuficiente pentru acest grafic", "Ανεπαρκή δεδομένα για αυτό το γράφημα", "数据不足，无法绘制此图"],
  asTable: ["{0} as a table", "{0} em tabela", "{0} como tabla", "{0} ca tabel", "{0} ως πίνακας", "{0}（表格）"],
  opensLink: ["opens in a new tab", "abre em uma nova guia", "se abre en otra pestaña", "se deschide într-o filă nouă", "ανοίγει σε νέα καρτέλα", "在新标签页中打开"],
} as const satisfies { readonly [key: string]: Phrase };

/** A name inside a sentence: small letters, but for abbreviations. */
export const inSentence = (text: string, locale: string): string =>
  text.replace(/\p{L}[\p{L}\p{N}-]*/gu, (word) => (/\p{Lu}.*\p{Lu}/u.test(word) ? word : word.toLocaleLowerCase(locale)));

export type Word = keyof typeof WORDS;

/** A phrase in the locale, else in its language, else in English; {0}, {1} are replaced. */
export function say(locale: string, word: Word, ...values: readonly (string | number)[]): string {
  const language = locale.startsWith("zh") ? "zh-Hans" : (locale.split("-")[0] ?? "en");
  const phrase: Phrase = WORDS[word];
  const text = phrase[Math.max(0, ORDER.indexOf(language as Locale))] ?? phrase[0];
  return text.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)] ?? ""));
}
