// Word lists for the generators: what a shop's access log and a set of services talk about.

export const nouns =
  'anchor basket candle drawer engine fabric garden hammer island jacket kettle ladder mirror needle orange pillow quilt ribbon saddle table umbrella violin wallet yarn zipper bottle carpet desk easel frame globe helmet'.split(
    ' ',
  );

export const adjectives =
  'amber bold calm dark early fine green heavy indigo jolly keen light mild new old plain quick round soft tall upper vivid warm young'.split(
    ' ',
  );

export const sections = 'products articles help account cart search blog images assets api downloads reviews'.split(
  ' ',
);

export const services =
  'checkout cart catalog search auth payments inventory shipping email gateway recommend profile'.split(' ');
