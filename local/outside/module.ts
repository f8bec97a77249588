/** A request to a program outside Leyun. */
export interface OutsideRequest {
  method: string;
  /** Below the module's own address, without the query: `/accounts`. */
  path: string;
  /** As it came over the wire, for what signs it: `/bank/accounts?kind=custody`. */
  target: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  query: URLSearchParams;
  body: Buffer;
}

/** Where the module that a request is for is mounted, as its caller reaches it. */
export const addressOf = ({ headers, target, path }: OutsideRequest): string => {
  const [before = ""] = target.split("?");
  return `http://${headers["host"]}${before.slice(0, before.length - path.length)}`;
};

export interface OutsideAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** One institution outside Leyun, mounted under its name. */
export interface OutsideModule {
  handle(request: OutsideRequest): Promise<OutsideAnswer>;
}

/** Where a module keeps what must outlive the process. */
export interface Save {
  /** What was written last; `undefined` at first, and always where nothing is kept. */
  read(): unknown;
  write(state: unknown): void;
}

export const json = (status: number, body: unknown): OutsideAnswer => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify(body),
});
