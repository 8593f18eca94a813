/** What somebody wants refreshed: the external secrets of a delivery, one external secret, or all. */
export interface Asked {
  readonly delivery?: string;
  readonly externalSecret?: string;
}
