const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  // EC2 API reference, "Error codes": client errors are 4xx, server errors 5xx.
  AuthFailure: 401,
  DryRunOperation: 412,
  UnauthorizedOperation: 403,
  RequestLimitExceeded: 503,
  ServiceUnavailable: 503,
  Unavailable: 503,
  InternalError: 500,
  InternalFailure: 500,
};

/** An error reply of the EC2 API: a code a program branches on, and a message for people. */
export class Ec2Error extends Error {
  readonly code: string;
  /** HTTP status; 400 unless the code has another one. */
  readonly status: number;

  constructor(code: string, message: string, status?: number) {
    super(message);
    this.name = 'Ec2Error';
    this.code = code;
    this.status = status ?? STATUS_BY_CODE[code] ?? 400;
  }
}
