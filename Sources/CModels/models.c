/* A new model is one array and one line of the table. The files stay in `Models/`, beside the pages that describe them. */

#include "models.h"

/* `#embed` is C23; clang has it in C17 as an extension. */
#pragma clang diagnostic ignored "-Wc23-extensions"

_Alignas(64) static const unsigned char mc_cnn_accurate_kitti[] = {
#embed "../../Models/mc-cnn-accurate-kitti/mc-cnn-accurate-kitti.safetensors"
};
_Alignas(64) static const unsigned char mc_cnn_accurate_middlebury[] = {
#embed "../../Models/mc-cnn-accurate-middlebury/mc-cnn-accurate-middlebury.safetensors"
};
_Alignas(64) static const unsigned char mc_cnn_fast_kitti[] = {
#embed "../../Models/mc-cnn-fast-kitti/mc-cnn-fast-kitti.safetensors"
};
_Alignas(64) static const unsigned char mc_cnn_fast_middlebury[] = {
#embed "../../Models/mc-cnn-fast-middlebury/mc-cnn-fast-middlebury.safetensors"
};
_Alignas(64) static const unsigned char modulenet_kitti[] = {
#embed "../../Models/modulenet-kitti/modulenet-kitti.safetensors"
};

static const sd_model models[] = {
  {"mc-cnn-accurate-kitti", mc_cnn_accurate_kitti, sizeof mc_cnn_accurate_kitti},
  {"mc-cnn-accurate-middlebury", mc_cnn_accurate_middlebury, sizeof mc_cnn_accurate_middlebury},
  {"mc-cnn-fast-kitti", mc_cnn_fast_kitti, sizeof mc_cnn_fast_kitti},
  {"mc-cnn-fast-middlebury", mc_cnn_fast_middlebury, sizeof mc_cnn_fast_middlebury},
  {"modulenet-kitti", modulenet_kitti, sizeof modulenet_kitti},
};

size_t sd_model_count(void) { return sizeof models / sizeof *models; }

const sd_model *sd_model_at(size_t index) { return models + index; }
