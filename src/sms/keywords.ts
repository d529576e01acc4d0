/** What a text of one word may ask for. */
export type Keyword = 'stop' | 'start' | 'help';

type Words = Readonly<Record<Keyword, readonly string[]>>;

/** Twilio answers these itself on most numbers, and keeps a stop list by them. */
const CARRIERS: Words = {
  stop: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'OPTOUT', 'REVOKE'],
  start: ['START', 'YES', 'UNSTOP'],
  help: ['HELP', 'INFO'],
};

/** The same in the languages of those who get our texts, and as they are written in Latin letters. */
const LOCAL: Readonly<Record<string, Words>> = {
  hi: {
    stop: ['बंद', 'बन्द', 'बंद करो', 'बंद करें', 'रोको', 'रोकें', 'BAND KARO', 'BAND KAREN', 'ROKO'],
    start: ['शुरू', 'शुरू करो', 'शुरू करें', 'चालू करें', 'SHURU', 'CHALU KARO'],
    help: ['मदद', 'सहायता', 'MADAD'],
  },
  mr: { stop: ['थांबवा', 'बंद करा'], start: ['सुरू', 'सुरू करा'], help: ['मदत'] },
  bn: { stop: ['বন্ধ', 'বন্ধ করুন', 'থামুন'], start: ['শুরু', 'শুরু করুন'], help: ['সাহায্য'] },
  gu: { stop: ['બંધ', 'બંધ કરો', 'રોકો'], start: ['શરૂ', 'શરૂ કરો'], help: ['મદદ'] },
  pa: { stop: ['ਬੰਦ', 'ਬੰਦ ਕਰੋ', 'ਰੋਕੋ'], start: ['ਸ਼ੁਰੂ', 'ਸ਼ੁਰੂ ਕਰੋ'], help: ['ਮਦਦ'] },
  or: { stop: ['ବନ୍ଦ', 'ବନ୍ଦ କରନ୍ତୁ'], start: ['ଆରମ୍ଭ', 'ଆରମ୍ଭ କରନ୍ତୁ'], help: ['ସାହାଯ୍ୟ'] },
  ta: { stop: ['நிறுத்து', 'நிறுத்தவும்', 'NIRUTHU'], start: ['தொடங்கு', 'தொடங்கவும்'], help: ['உதவி'] },
  te: { stop: ['ఆపు', 'ఆపండి'], start: ['ప్రారంభించు', 'ప్రారంభించండి'], help: ['సహాయం'] },
  kn: { stop: ['ನಿಲ್ಲಿಸು', 'ನಿಲ್ಲಿಸಿ'], start: ['ಪ್ರಾರಂಭಿಸು', 'ಪ್ರಾರಂಭಿಸಿ'], help: ['ಸಹಾಯ'] },
  ml: { stop: ['നിർത്തുക', 'നിർത്തൂ'], start: ['തുടങ്ങുക', 'തുടങ്ങൂ'], help: ['സഹായം'] },
  ur: { stop: ['بند', 'بند کریں', 'روکیں'], start: ['شروع', 'شروع کریں'], help: ['مدد'] },
  ar: { stop: ['توقف', 'إيقاف', 'إلغاء'], start: ['ابدأ', 'اشترك'], help: ['مساعدة'] },
  de: { stop: ['STOPP', 'ABMELDEN'], start: ['ANMELDEN'], help: ['HILFE'] },
  es: { stop: ['ALTO', 'PARAR', 'BAJA'], start: ['ALTA', 'INICIAR'], help: ['AYUDA'] },
  fr: { stop: ['ARRET', 'ARRÊT', 'DESABONNER'], start: ['DEBUT', 'DÉBUT'], help: ['AIDE'] },
  pt: { stop: ['SAIR', 'CANCELAR'], start: ['COMEÇAR', 'COMECAR'], help: ['AJUDA'] },
};

/** What stands around a word without meaning anything: quotes, full stops, smileys with what phones add to them. */
const AROUND = /^[\p{P}\p{S}\p{Z}\p{Cc}\p{Cf}\ufe0e\ufe0f]+|[\p{P}\p{S}\p{Z}\p{Cc}\p{Cf}\ufe0e\ufe0f]+$/gu;
/** Within: `STOP ALL` and `OPT-OUT` are one word each. Also the marks that only join letters. */
const BETWEEN = /[\p{Z}\p{Cc}\p{Cf}\p{Pd}\ufe0e\ufe0f]+/gu;

const bare = (text: string) =>
  text.normalize('NFKC').replaceAll(AROUND, '').replaceAll(BETWEEN, '').toUpperCase();

function tableOf(lists: readonly Words[]): ReadonlyMap<string, Keyword> {
  const entries = lists.flatMap((words) =>
    (['stop', 'start', 'help'] as const).flatMap((keyword) =>
      words[keyword].map((word) => [bare(word), keyword] as const),
    ),
  );
  return new Map(entries);
}

const ALL = tableOf([CARRIERS, ...Object.values(LOCAL)]);
const OF_CARRIERS = tableOf([CARRIERS]);
/** No keyword is longer; a letter of complaint need not be taken apart. */
const LONGEST = 60;

/** What a whole text asks for; undefined where it is more than the word, or another. */
export const keywordOf = (text: string): Keyword | undefined =>
  text.trim().length > LONGEST ? undefined : ALL.get(bare(text));

/** Whether the carrier knows the word itself: in English, and written as one. */
export const isCarriersWord = (text: string): boolean => OF_CARRIERS.has(text.trim().toUpperCase());
