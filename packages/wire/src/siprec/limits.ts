/** Bounds on SIPREC bodies: multipart, XML, and the state that metadata updates build up. */

export interface SiprecLimits {
  /** Bytes of one SIP body. Bodies over TCP may be large; metadata of a full conference stays under 100 KiB. */
  readonly bodyBytesMax: number;
  /** Parts of one body: SDP, metadata, and a few that vendors add. */
  readonly partsMax: number;
  /** Header lines of one part; four are usual. */
  readonly partHeadersMax: number;
  /** Characters of one header value, its folded lines joined; the longest honest ones stay below 200. */
  readonly headerValueCharsMax: number;
  /** Characters of a boundary (RFC 2046 §5.1.1). */
  readonly boundaryCharsMax: number;
  /** Bytes of one XML document. */
  readonly xmlBytesMax: number;
  /** Elements inside each other. RFC 7865 needs 4; vendor extensions reach 8. */
  readonly xmlDepthMax: number;
  /** Elements of one document: 256 participants with every association take under 4,000. */
  readonly xmlElementsMax: number;
  /** Attributes of one element, name space declarations included. */
  readonly xmlAttributesMax: number;
  /** Characters of one attribute value; the longest honest one is a SIP address. */
  readonly xmlAttributeCharsMax: number;
  /** Characters of text directly inside one element; the longest honest ones are copied SIP headers. */
  readonly xmlTextCharsMax: number;
  /** Characters given to the XML reader at a time, so that it stops soon after the first fault. */
  readonly xmlSliceChars: number;
  /** Entries of one kind (participants, streams, …) in metadata, also after any number of partial updates. */
  readonly metadataEntriesMax: number;
  /** Characters of an id of another system. UUIDs have 36; the longest honest ones are Call-IDs and Session-IDs. */
  readonly externalIdCharsMax: number;
  /** Stream ids, external ids or recording ids that one metadata entry may list. */
  readonly metadataListMax: number;
}

export const siprecLimits: SiprecLimits = {
  bodyBytesMax: 262_144,
  partsMax: 16,
  partHeadersMax: 32,
  headerValueCharsMax: 1_024,
  boundaryCharsMax: 70,
  xmlBytesMax: 262_144,
  xmlDepthMax: 32,
  xmlElementsMax: 8_192,
  xmlAttributesMax: 32,
  xmlAttributeCharsMax: 2_048,
  xmlTextCharsMax: 8_192,
  xmlSliceChars: 4_096,
  metadataEntriesMax: 256,
  externalIdCharsMax: 256,
  metadataListMax: 64,
};
