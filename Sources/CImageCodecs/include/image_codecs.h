// libpng and libjpeg behind functions that report errors as text and never longjmp across their caller.

#ifndef STEREODEPTH_IMAGE_CODECS_H
#define STEREODEPTH_IMAGE_CODECS_H

#endif
